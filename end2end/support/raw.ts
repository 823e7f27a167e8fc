// HTTP without a browser's rules: any header, no redirects followed, cookies only as the caller keeps them.
import { type IncomingHttpHeaders, request } from 'node:http';

export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  setCookies: string[];
  body: Buffer;
}

export function send(url: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}): Promise<RawAnswer> {
  return new Promise((done, fail) => {
    const { method = 'GET', headers = {}, body } = options;
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const sent = request(url, { method, headers: { ...headers, ...length } }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.once('error', fail);
      answer.once('end', () =>
        done({ status: answer.statusCode ?? 0, headers: answer.headers, setCookies: answer.headers['set-cookie'] ?? [], body: Buffer.concat(parts) }),
      );
    });
    sent.once('error', fail);
    sent.end(body);
  });
}

/** A visitor with a cookie jar, whose forms name the page they come from unless told otherwise. */
export class Visitor {
  readonly cookies = new Map<string, string>();

  constructor(readonly url: string) {}

  async get(path: string): Promise<RawAnswer> {
    return this.keep(await send(this.url + path, { headers: this.headers({ accept: 'text/html' }) }));
  }

  /** Sends a form; a header that is `undefined` is left out. */
  async form(path: string, fields: Record<string, string>, headers: Record<string, string | undefined> = {}): Promise<RawAnswer> {
    const all: Record<string, string | undefined> = {
      accept: 'text/html',
      'content-type': 'application/x-www-form-urlencoded',
      origin: this.url,
      referer: `${this.url}/`,
      ...headers,
    };
    const given = Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
    return this.keep(await send(this.url + path, { method: 'POST', headers: this.headers(given), body: new URLSearchParams(fields).toString() }));
  }

  private headers(given: Record<string, string>): Record<string, string> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return cookie ? { ...given, cookie } : given;
  }

  private keep(answer: RawAnswer): RawAnswer {
    for (const line of answer.setCookies) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
      if (/max-age=0|expires=Thu, 01 Jan 1970/i.test(line) || value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }
}
