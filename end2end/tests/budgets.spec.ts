// What a page weighs and how it settles, held against the budgets of the site.
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/fixtures.ts';
import { ownAgent, signInAsAdmin, signOut, signUp } from '../support/human.ts';
import { type Visit, adminPages, ownPages, publicPages, themes } from '../support/pages.ts';
import { send } from '../support/raw.ts';

test.use({ suite: 'budgets' });

const kilobyte = 1024;
const artifacts = resolve(import.meta.dirname, '../artifacts');

/** The size of a file as a browser that knows Brotli gets it. */
async function brotli(url: string): Promise<number> {
  const { status, headers, body } = await send(url, { headers: { 'accept-encoding': 'br' } });
  expect(status, url).toBe(200);
  expect(headers['content-encoding'], url).toBe('br');
  return body.length;
}

/** What the browser asks for when it opens a page, once it has gone quiet. */
async function loads(page: Page, path: string): Promise<string[]> {
  const urls: string[] = [];
  page.on('request', (request) => urls.push(request.url()));
  await page.goto(path, { waitUntil: 'networkidle' });
  return urls;
}

test('the home page keeps within its budgets', async ({ page, server, world }) => {
  void world;
  // Only a reader who is signed in gets an island; everybody else gets less.
  await signUp(page);
  const urls = await loads(page, '/');
  const files = urls.filter((url) => new URL(url).pathname !== '/');
  const sum = async (pattern: RegExp) => {
    const sizes = await Promise.all([...new Set(files)].filter((url) => pattern.test(new URL(url).pathname)).map(brotli));
    return { count: sizes.length, bytes: sizes.reduce((all, size) => all + size, 0) };
  };
  const [code, css, html] = [await sum(/\.(wasm|js)$/), await sum(/\.css$/), await brotli(`${server.url}/`)];
  console.log(`brotli bytes: wasm + glue ${code.bytes} in ${code.count} files, CSS ${css.bytes}, HTML of / ${html}`);
  expect(code.count).toBeGreaterThan(0);
  expect(code.bytes).toBeLessThanOrEqual(120 * kilobyte);
  expect(css.count).toBeGreaterThan(0);
  expect(css.bytes).toBeLessThanOrEqual(15 * kilobyte);
  expect(html).toBeLessThanOrEqual(15 * kilobyte);
});

test('the home page with long titles keeps within its budget', async ({ server, world }) => {
  for (let n = 0; n < 25; n++) {
    await world.bob.writes(`${n}: ${Array.from({ length: 24 }, (_, word) => ((n * 7919 + word * 104729) % 1679616).toString(36)).join(' ')}`, { content: 'Different words in every row.' });
  }
  const html = await brotli(`${server.url}/?sort=new`);
  console.log(`brotli bytes of / with 25 long titles: ${html}`);
  expect(html).toBeLessThanOrEqual(15 * kilobyte);
});

test('files are kept for good or checked by their tag, pages are never taken for unchanged', async ({ page, server }) => {
  const urls = await loads(page, '/');
  for (const url of urls) {
    const { headers } = await send(url, {});
    const kept = String(headers['cache-control'] ?? '');
    if (new URL(url).pathname !== '/') expect(/max-age=\d{3,}/.test(kept) || (/no-cache/.test(kept) && Boolean(headers.etag ?? headers['last-modified'])), `${url}: ${kept}`).toBe(true);
    else expect(kept, url).not.toMatch(/immutable|max-age=[1-9]/);
  }
  expect(urls[0]).toBe(`${server.url}/`);
});

test('pages without an island load no WebAssembly', async ({ page, world }) => {
  for (const path of ['/login', '/signup', '/', `/m/${world.reef}`, `/post/${world.thread.id}`]) {
    const urls = await loads(page, path);
    expect(urls.filter((url) => /\.wasm($|\?)/.test(url)), path).toEqual([]);
    const scripts = urls.filter((url) => /\.js($|\?)/.test(url));
    expect(scripts.map((url) => new URL(url).pathname), path).toEqual(['/script/site.js']);
    expect(await brotli(scripts[0] ?? ''), 'the script of every page').toBeLessThanOrEqual(2 * kilobyte);
  }
});

test('nothing moves while a page wakes up', async ({ page, world }) => {
  await page.addInitScript(() => {
    const shifts: { value: number; what: string }[] = [];
    (window as unknown as { __shifts: typeof shifts }).__shifts = shifts;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; sources?: { node?: Element }[] })[]) {
        shifts.push({ value: entry.value, what: (entry.sources ?? []).map((source) => source.node?.outerHTML?.slice(0, 80) ?? '?').join(' | ') });
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await signUp(page);
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of ['/', `/m/${world.reef}`, `/post/${world.thread.id}`, '/u/ada', '/m']) {
      await page.goto(path, { waitUntil: 'networkidle' });
      const shifts = await page.evaluate(() => (window as unknown as { __shifts: { value: number; what: string }[] }).__shifts);
      const total = shifts.reduce((all, shift) => all + shift.value, 0);
      expect(total, `${path} at ${width}: ${JSON.stringify(shifts)}`).toBeLessThan(0.02);
    }
  }
});

test('a row of the feed is at most 72 pixels high on a desktop', async ({ page, world }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`/m/${world.reef}?sort=new`);
  const heights = await page.locator('article.post-row').evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().height));
  expect(Math.max(...heights)).toBeLessThanOrEqual(72);
});

for (const theme of themes) {
  test(`every page is pictured at three widths, ${theme}, and never scrolls sideways`, async ({ page, context, server, world, api, gate }) => {
    test.setTimeout(240_000);
    gate.allowStatus(404);
    mkdirSync(artifacts, { recursive: true });
    await context.addCookies([{ name: 'theme', value: theme, url: server.url }]);
    const wide: string[] = [];
    const look = async ({ name, path, status }: Visit) => {
      for (const width of [390, 820, 1440]) {
        await page.setViewportSize({ width, height: width === 390 ? 844 : 1000 });
        const answer = await page.goto(path, { waitUntil: 'networkidle' });
        expect(answer?.status(), path).toBe(status);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (over > 0) wide.push(`${name} at ${width}: ${over} px too wide`);
        await page.screenshot({ path: `${artifacts}/${name}-${width}-${theme}.png`, fullPage: true });
      }
    };
    for (const visit of await publicPages(world)) await look(visit);
    await signUp(page);
    for (const visit of ownPages((await ownAgent(page, api)).name)) await look(visit);
    await signOut(page);
    await signInAsAdmin(page, server);
    for (const visit of adminPages) await look(visit);
    expect(wide).toEqual([]);
  });
}
