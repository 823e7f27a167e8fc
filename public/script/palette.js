// The command palette: every place of the page's own navigation, the themes, and whatever a search would find.
import { combobox } from './combobox.js';
import { sheet } from './sheet.js';
import { suggest } from './suggest.js';

/** Places and commands that the page itself has. What other parts of the site add to it is found here by itself. */
function places() {
  const links = [...document.querySelectorAll('.places a, .account a, main .tabs a, .site-footer nav a')];
  const themes = [...document.querySelectorAll('.theme-switch button')];
  const known = new Set();
  const places = [
    ...links.map((link) => ({ text: link.textContent.trim(), kind: 'page', choose: () => link.click() })),
    ...themes.map((button) => ({ text: `${button.textContent.trim()} theme`, kind: 'theme', choose: () => button.click() })),
    { text: 'Keys', kind: 'help', choose: () => import('./help.js').then(({ help }) => (dialog.close(), help())) },
  ];
  return places.filter(({ text }) => text && !known.has(text) && known.add(text));
}

async function find(text, signal) {
  const typed = text.toLowerCase();
  const fitting = places().filter((place) => place.text.toLowerCase().includes(typed));
  if (!typed) return fitting;
  const search = { text: `Search for \u201c${text}\u201d`, kind: 'search', choose: () => location.assign(`/search?q=${encodeURIComponent(text)}`) };
  return [...fitting.slice(0, 5), ...(await suggest(text, signal)), search];
}

let dialog;
let input;
let box;

function fill(dialog) {
  input = document.createElement('input');
  input.type = 'text';
  input.placeholder = 'Where to?';
  input.setAttribute('aria-label', 'Where to?');
  input.autocomplete = 'off';
  input.spellcheck = false;
  input.maxLength = 500;
  dialog.append(input);
  box = combobox(input, dialog, find, true);
}

/** Opens the palette; closes it if it is open. */
export function palette() {
  dialog ??= sheet('Command palette', fill);
  if (dialog.open) {
    dialog.close();
    return;
  }
  input.value = '';
  box.look();
  dialog.showModal();
}
