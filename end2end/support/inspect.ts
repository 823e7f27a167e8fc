// Looks through a page, as the browser built it, for anything that could run, load or mislead.
import type { Page } from '@playwright/test';

/** What is wrong with the open page; nothing, on a safe one. */
export async function wrongWith(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wrong: string[] = [];
    const origin = location.origin;
    const own = (url: string) => {
      try {
        return new URL(url, location.href).origin === origin;
      } catch {
        return false;
      }
    };
    for (const element of document.querySelectorAll('*')) {
      const name = element.localName;
      const what = element.outerHTML.slice(0, 160);
      if (['iframe', 'object', 'embed', 'base', 'applet', 'marquee', 'frame', 'math', 'video', 'audio'].includes(name)) wrong.push(`<${name}>: ${what}`);
      const isData = /^application\/(ld\+)?json$/.test(element.getAttribute('type') ?? '');
      if (name === 'script' && !isData && !(element as HTMLScriptElement).nonce) wrong.push(`a script without a nonce: ${what}`);
      if (name === 'meta' && element.getAttribute('http-equiv')?.toLowerCase() === 'refresh') wrong.push(`a refresh: ${what}`);
      for (const { name: attribute, value } of element.attributes) {
        if (/^on/i.test(attribute)) wrong.push(`${attribute}: ${what}`);
        if (['href', 'src', 'action', 'formaction', 'xlink:href', 'srcdoc', 'data'].includes(attribute)) {
          if (/^[\s\u0000-\u001f]*(javascript|vbscript|data):/i.test(value)) wrong.push(`${attribute}="${value.slice(0, 60)}": ${what}`);
          if (name !== 'a' && name !== 'link' && !own(value)) wrong.push(`loaded or sent elsewhere: ${what}`);
          if (name === 'link' && !own(value)) wrong.push(`linked elsewhere: ${what}`);
          if (name === 'a' && !own(value) && !/\b(nofollow)\b.*\b(noopener)\b|\b(noopener)\b.*\b(nofollow)\b/.test(element.getAttribute('rel') ?? '')) {
            wrong.push(`a link that vouches: ${what}`);
          }
        }
      }
    }
    if ('__xss' in window) wrong.push('a script ran');
    return wrong;
  });
}
