// A text field with a list of choices below it, as WAI-ARIA describes a combobox: the focus stays in the field.

/** How long nothing is typed before choices are looked for. */
const PAUSE = 120;

let count = 0;

/**
 * Makes `input` a combobox; its list is put at the end of `host`.
 *
 * `find` gives the choices for a text, each with a `text`, a `kind` that stands beside it, and `choose`, which does it.
 * Where `isEager`, the first choice is chosen unless another one is.
 */
export function combobox(input, host, find, isEager = false) {
  const list = document.createElement('ul');
  const status = document.createElement('p');
  list.id = `choices-${(count += 1)}`;
  list.className = 'choices';
  list.hidden = true;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', 'Suggestions');
  status.className = 'sr-only';
  status.setAttribute('role', 'status');
  host.append(list, status);
  for (const [name, value] of Object.entries({ role: 'combobox', 'aria-autocomplete': 'list', 'aria-controls': list.id, 'aria-expanded': 'false' })) {
    input.setAttribute(name, value);
  }

  let choices = [];
  let active = -1;
  let timer = 0;
  // Whether something was typed since the choices were looked for: these are for another text.
  let isStale = false;
  let asked = new AbortController();

  function point(to) {
    active = to;
    for (const [n, option] of [...list.children].entries()) option.setAttribute('aria-selected', String(n === to));
    const option = list.children[to];
    if (option) {
      input.setAttribute('aria-activedescendant', option.id);
      option.scrollIntoView({ block: 'nearest' });
    } else {
      input.removeAttribute('aria-activedescendant');
    }
  }

  function show(found) {
    choices = found;
    list.replaceChildren(...found.map(({ text, kind }, n) => {
      const option = document.createElement('li');
      option.id = `${list.id}-${n}`;
      option.setAttribute('role', 'option');
      const [name, beside] = [document.createElement('bdi'), document.createElement('span')];
      name.textContent = text;
      beside.className = 'label';
      beside.textContent = kind;
      option.append(name, beside);
      // The field keeps the focus, so that the list is still there when the click comes.
      option.addEventListener('pointerdown', (event) => event.preventDefault());
      option.addEventListener('click', () => found[n].choose());
      return option;
    }));
    list.hidden = found.length === 0;
    input.setAttribute('aria-expanded', String(found.length > 0));
    status.textContent = found.length === 0 ? '' : found.length === 1 ? '1 suggestion' : `${found.length} suggestions`;
    point(isEager && found.length > 0 ? 0 : -1);
  }

  async function look() {
    asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    const found = await find(input.value.trim(), signal);
    if (signal.aborted) return;
    isStale = false;
    show(found);
  }

  function close() {
    clearTimeout(timer);
    asked.abort();
    show([]);
  }

  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
    isStale = true;
    point(-1);
  });
  if (!isEager) input.addEventListener('blur', close);
  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (isEager && isStale && event.key === 'Enter') {
      event.preventDefault();
      clearTimeout(timer);
      look().then(() => choices[active]?.choose());
      return;
    }
    if (list.hidden) return;
    const last = choices.length - 1;
    if (event.key === 'ArrowDown') point(active >= last ? 0 : active + 1);
    else if (event.key === 'ArrowUp') point(active <= 0 ? last : active - 1);
    else if (event.key === 'Enter' && active >= 0) choices[active].choose();
    else if (event.key === 'Escape' && !isEager) close();
    else return;
    event.preventDefault();
  });
  return { look, close };
}
