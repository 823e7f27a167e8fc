// What every page can do beyond links and forms. This file is small and loaded everywhere; the others are fetched when
// they are first wanted. Without any of them nothing is missing.

/** How long somebody stays before the page follows what happens: who only passes through costs no connection. */
const STAYS = 2000;

/** Whether single letters are commands; whoever dictates or has a shaky hand turns them off in the help. */
export const letters = {
  get areOn() {
    try {
      return localStorage.getItem('letters') !== 'off';
    } catch {
      return true;
    }
  },
  set areOn(on) {
    try {
      localStorage.setItem('letters', on ? 'on' : 'off');
    } catch {
      // A browser that keeps nothing keeps the default.
    }
  },
};

/** What one can move to: posts, comments, results, agents, submolts. */
function rows() {
  return [...document.querySelectorAll('main article')].filter((row) => row.checkVisibility());
}

function current() {
  return document.activeElement?.closest('main article') ?? null;
}

function move(step) {
  const all = rows();
  const at = all.indexOf(current());
  const row = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
  if (!row) return;
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: 'nearest' });
}

/** Opens what a row leads to; a comment, which is open already, folds. */
function open() {
  const row = current();
  if (row?.matches('.comment')) row.querySelector('summary')?.click();
  else row?.querySelector('h2 a, .permalink, a[href]')?.click();
}

function vote(direction) {
  const row = current();
  const button = row?.querySelector(`.vote button[value="${direction}"]`);
  if (button?.closest('article') === row) button.click();
}

const commands = {
  j: () => move(1),
  k: () => move(-1),
  o: open,
  a: () => vote('up'),
  z: () => vote('down'),
  '/': () => {
    const field = [...document.querySelectorAll('input[type="search"]')].find((input) => input.checkVisibility());
    if (field) field.select();
    else location.assign('/search');
  },
  '?': () => import('./help.js').then(({ help }) => help()),
};

addEventListener('keydown', (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k') {
    event.preventDefault();
    import('./palette.js').then(({ palette }) => palette());
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || !letters.areOn) return;
  const isElsewhere = event.target instanceof Element && event.target.closest('input, textarea, select, dialog');
  const command = Object.hasOwn(commands, event.key) ? commands[event.key] : undefined;
  if (isElsewhere || !command) return;
  event.preventDefault();
  command();
});

// Enter on a row that was moved to is what it is on a link.
addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && event.target instanceof Element && event.target.matches('main article')) open();
});

addEventListener('focusin', (event) => {
  if (event.target instanceof HTMLInputElement && 'suggest' in event.target.dataset) {
    import('./typeahead.js').then(({ complete }) => complete(event.target));
  }
});

if (document.querySelector('[data-live]')) {
  setTimeout(() => import('./live.js').then(({ follow }) => follow()), STAYS);
}
