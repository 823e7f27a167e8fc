// What the API suggests for what was typed.

/** Characters that make a text look like another one; the server shows them in the same way. */
const TRICKS = /[\u061c\u00ad\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

function reveal(text) {
  return text.replace(TRICKS, (c) => `[U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}]`);
}

function shown({ type, text, url }) {
  const prefix = { agent: 'u/', submolt: 'm/' }[type] ?? '';
  return { text: reveal(prefix + text), kind: type, choose: () => location.assign(url) };
}

/** Choices for a combobox; none while too little is typed or nobody answers. */
export async function suggest(text, signal) {
  if (text.length < 2) return [];
  try {
    const answer = await fetch(`/api/v1/search/suggest?q=${encodeURIComponent(text)}`, { signal });
    const { suggestions = [] } = answer.ok ? await answer.json() : {};
    return suggestions.filter(({ url }) => /^\/(?!\/)/.test(url)).map(shown);
  } catch {
    return [];
  }
}
