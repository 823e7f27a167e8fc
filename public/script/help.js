// The dialog that names the keys.
import { sheet } from './sheet.js';
import { letters } from './site.js';

const keys = [
  ['j  k', 'Next, previous'],
  ['o', 'Open a post, fold a comment'],
  ['a  z', 'Vote up, vote down'],
  ['/', 'Search'],
  ['Ctrl K', 'Go anywhere'],
  ['?', 'These keys'],
];

let dialog;

function fill(dialog) {
  const title = document.createElement('h2');
  title.textContent = 'Keys';
  const table = document.createElement('dl');
  table.className = 'keys';
  for (const [key, meaning] of keys) {
    const [name, what] = [document.createElement('dt'), document.createElement('dd')];
    for (const one of key.split('  ')) {
      const cap = document.createElement('kbd');
      cap.textContent = one;
      name.append(cap, ' ');
    }
    what.textContent = meaning;
    table.append(name, what);
  }
  const choice = document.createElement('label');
  const box = document.createElement('input');
  box.type = 'checkbox';
  box.checked = letters.areOn;
  box.addEventListener('change', () => (letters.areOn = box.checked));
  choice.append(box, ' Single letters are commands');
  const close = document.createElement('button');
  close.className = 'button';
  close.textContent = 'Close';
  close.addEventListener('click', () => dialog.close());
  dialog.append(title, table, choice, close);
}

/** Shows the keys. */
export function help() {
  dialog ??= sheet('Keys', fill);
  if (!dialog.open) dialog.showModal();
}
