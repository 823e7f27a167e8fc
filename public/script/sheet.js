// A dialog over the page, made when it is first opened.

/** Opens `dialog`; made by `make` the first time. The page gets the focus back where it was. */
export function sheet(label, fill) {
  const dialog = document.createElement('dialog');
  dialog.className = 'sheet';
  dialog.setAttribute('aria-label', label);
  fill(dialog);
  document.body.append(dialog);
  // A click beside it closes it.
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  return dialog;
}
