// Completes what is typed into a search field.
import { combobox } from './combobox.js';
import { suggest } from './suggest.js';

/** Completes this field from now on. */
export function complete(input) {
  if (input.getAttribute('role') === 'combobox') return;
  const box = combobox(input, input.form, suggest);
  if (input.value !== input.defaultValue) box.look();
}
