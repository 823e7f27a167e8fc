// Forged forms, borrowed sessions, cookies: what a hostile site or a shared computer could try.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '../support/fixtures.ts';
import { signUp, stranger } from '../support/human.ts';
import { Visitor } from '../support/raw.ts';
import { startServer } from '../support/server.ts';

test.use({ suite: 'security-session' });

async function signedUp(url: string): Promise<{ visitor: Visitor; human: ReturnType<typeof stranger> }> {
  const visitor = new Visitor(url);
  const human = stranger();
  const answer = await visitor.form('/_fn/sign_up', { ...human, next: '/' });
  expect(answer.status).toBe(303);
  expect(await isSignedIn(visitor, human.handle)).toBe(true);
  return { visitor, human };
}

async function isSignedIn(visitor: Visitor, handle: string): Promise<boolean> {
  return (await visitor.get('/')).body.toString().includes(handle);
}

/** The cookie that carries the session: the one that HttpOnly hides from scripts. */
function sessionCookie(lines: string[]): string {
  const line = lines.find((line) => /httponly/i.test(line));
  expect(line, lines.join('\n')).toBeDefined();
  return line ?? '';
}

test.describe('forged forms', () => {
  test('a form of another origin changes nothing, whatever it says about itself', async ({ server, api, world }) => {
    const { visitor } = await signedUp(server.url);
    const vote = { id: world.link.id, vote: 'up', mine: '0' };
    const before = await api.post(world.link.id);
    const forgeries: [string, Record<string, string | undefined>][] = [
      ['another site', { origin: 'https://evil.example', referer: 'https://evil.example/' }],
      ['another port', { origin: 'http://127.0.0.1:1', referer: undefined }],
      ['another scheme', { origin: server.url.replace('http:', 'https:'), referer: undefined }],
      ['a longer host', { origin: `${server.url}.evil.example`, referer: undefined }],
      ['an opaque origin', { origin: 'null', referer: undefined }],
      ['no origin', { origin: undefined, referer: undefined }],
      ['no origin, a foreign page', { origin: undefined, referer: 'https://evil.example/' }],
      ['a browser that says cross-site', { origin: undefined, referer: undefined, 'sec-fetch-site': 'cross-site' }],
      ['a browser that says same-site', { origin: undefined, referer: undefined, 'sec-fetch-site': 'same-site' }],
      ['JSON in a text body', { origin: 'https://evil.example', 'content-type': 'text/plain' }],
    ];
    for (const [what, headers] of forgeries) {
      const answer = await visitor.form('/_fn/vote_post', vote, headers);
      expect(answer.status, what).toBe(403);
    }
    for (const path of ['/_fn/sign_out', '/_fn/claim_agent', '/_fn/vote_comment', '/_fn/set_theme']) {
      const answer = await visitor.form(path, { ...vote, token: 'x', code: 'x', theme: 'dark' }, { origin: 'https://evil.example', referer: undefined });
      expect(answer.status, path).toBe(403);
    }
    expect((await visitor.form('/_fn/vote_post', vote)).status, 'the site itself').toBe(303);
    await expect.poll(async () => (await api.post(world.link.id)).score).toBe(before.score + 1);
  });

  test('a page on another port of the same host cannot vote with a visitor’s cookie', async ({ page, gate, world, server, api }) => {
    gate.allowStatus(403);
    const before = await api.post(world.link.id);
    await signUp(page);
    const trap = createServer((_, answer) => {
      answer.setHeader('content-type', 'text/html');
      answer.end(`<form method="post" action="${server.url}/_fn/vote_post"><input name="id" value="${world.link.id}"><input name="mine" value="0">
        <button name="vote" value="down">Win a prize</button></form>`);
    });
    await new Promise<void>((listening) => trap.listen(0, '127.0.0.1', listening));
    const { port } = trap.address() as AddressInfo;
    try {
      // 127.0.0.1 is the same site, so even a SameSite cookie is sent along; localhost is another site.
      for (const host of ['127.0.0.1', 'localhost']) {
        await page.goto(`http://${host}:${port}/`).catch(() => undefined);
        const [answer] = await Promise.all([page.waitForResponse(/_fn\/vote_post/), page.getByRole('button').click()]);
        expect(answer.status(), host).toBe(403);
      }
    } finally {
      trap.close();
    }
    await page.goto(`/post/${world.link.id}`);
    await expect(page.locator('main [data-score]').first()).toHaveText(String(before.score));
  });

  test('an agent’s key is not a cookie: the API answers to no form and no session', async ({ server, world }) => {
    const { visitor } = await signedUp(server.url);
    const answer = await visitor.form(`/api/v1/posts/${world.link.id}/upvote`, {}, { origin: 'https://evil.example' });
    expect([401, 403, 415]).toContain(answer.status);
  });
});

test.describe('sessions', () => {
  test('signing in and signing up change the session id; one that was planted is not taken over', async ({ server }) => {
    for (const action of ['sign_up', 'sign_in']) {
      const { human } = await signedUp(server.url);
      const fields = action === 'sign_up' ? { ...stranger() } : { ...human };
      // A failed attempt may leave a session with what was typed; its id must not survive the success.
      const visitor = new Visitor(server.url);
      await visitor.form('/_fn/sign_in', { handle: human.handle, password: 'wrong password', next: '/' });
      const before = new Map(visitor.cookies);
      const answer = await visitor.form(`/_fn/${action}`, { ...fields, next: '/' });
      expect(answer.status, action).toBe(303);
      const [name = '', value = ''] = (sessionCookie(answer.setCookies).split(';')[0] ?? '').split(/=(.*)/s);
      expect(before.get(name), action).not.toBe(value);
      const stale = new Visitor(server.url);
      for (const [key, old] of before) stale.cookies.set(key, old);
      expect(await isSignedIn(stale, fields.handle), `${action}: the old id is not signed in`).toBe(false);

      const planted = new Visitor(server.url);
      planted.cookies.set(name, 'A'.repeat(value.length));
      await planted.form('/_fn/sign_in', { ...human, next: '/' });
      expect(planted.cookies.get(name)).not.toBe('A'.repeat(value.length));
      expect(await isSignedIn(planted, human.handle)).toBe(true);
    }
  });

  test('signing out ends the session itself, not just the cookie', async ({ server }) => {
    const { visitor, human } = await signedUp(server.url);
    const copy = new Visitor(server.url);
    for (const [name, value] of visitor.cookies) copy.cookies.set(name, value);
    expect(await isSignedIn(copy, human.handle)).toBe(true);
    await visitor.form('/_fn/sign_out', {});
    expect(await isSignedIn(visitor, human.handle)).toBe(false);
    expect(await isSignedIn(copy, human.handle), 'a copy of the cookie').toBe(false);
  });

  test('a session id that is not one is ignored', async ({ server }) => {
    const { visitor } = await signedUp(server.url);
    const [name = ''] = [...visitor.cookies.keys()].filter((key) => key !== 'theme');
    for (const value of ['', 'x', '../../etc/passwd', 'A'.repeat(5000), '%00', "' OR 1=1 --"]) {
      const guest = new Visitor(server.url);
      guest.cookies.set(name, value);
      expect((await guest.get('/')).status, value.slice(0, 20)).toBe(200);
    }
  });

  test('the cookie is hidden from scripts, stays on the site, and over TLS is secure', async ({ page, server }) => {
    await signUp(page);
    const cookie = (await page.context().cookies()).find((cookie) => cookie.httpOnly);
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', domain: '127.0.0.1' });
    expect(await page.evaluate(() => document.cookie)).not.toContain(cookie?.value);
    expect(cookie?.value.length, 'at least 128 bits').toBeGreaterThanOrEqual(22);

    const behindTls = await startServer({ env: { PUBLIC_URL: 'https://moltbook.example' } });
    try {
      const visitor = new Visitor(behindTls.url);
      const answer = await visitor.form('/_fn/sign_up', { ...stranger(), next: '/' }, { origin: 'https://moltbook.example', host: 'moltbook.example', referer: undefined });
      expect(answer.status).toBe(303);
      const line = sessionCookie(answer.setCookies);
      expect(line).toMatch(/; secure/i);
      expect(line).toMatch(/; samesite=lax/i);
      const pages = await visitor.get('/');
      expect(pages.headers['strict-transport-security']).toMatch(/max-age=\d{7,}/);
    } finally {
      await behindTls.stop();
    }
    void server;
  });

  test('pages of a signed-in person are not kept by caches', async ({ server }) => {
    const { visitor } = await signedUp(server.url);
    expect((await visitor.get('/')).headers['cache-control']).toMatch(/no-store|private/);
  });
});

test('a thousand replays of one vote count once', async ({ world, api }) => {
  const post = await world.bob.writes('Replayed');
  const before = await api.ok<{ votes: number }>('GET', '/stats');
  const answers = new Map<number, number>();
  for (let batch = 0; batch < 20; batch++) {
    const statuses = await Promise.all(
      Array.from({ length: 50 }, async () => (await world.ada.call('PUT', `/posts/${post.id}/vote`, { value: 1 })).status),
    );
    for (const status of statuses) answers.set(status, (answers.get(status) ?? 0) + 1);
  }
  expect([...answers]).toEqual([[200, 1000]]);
  const after = (await world.ada.ok<{ post: object }>('GET', `/posts/${post.id}`)).post;
  expect(after).toMatchObject({ score: 1, upvotes: 1, downvotes: 0, user_vote: 1 });
  await expect.poll(async () => (await api.ok<{ votes: number }>('GET', '/stats')).votes).toBe(before.votes + 1);
});

test.describe('headers', () => {
  test('every page has a strict policy with a nonce of its own', async ({ server, world }) => {
    const visitor = new Visitor(server.url);
    const nonces = new Set<string>();
    const paths = ['/', '/m', `/post/${world.thread.id}`, '/u/ada', '/login', '/signup', '/nowhere', '/'];
    for (const path of paths) {
      const { headers } = await visitor.get(path);
      const policy = String(headers['content-security-policy'] ?? '');
      const directives = new Map(policy.split(';').map((part) => [part.trim().split(/\s+/)[0] ?? '', part.trim()]));
      const scripts = directives.get('script-src') ?? '';
      expect(scripts, path).toMatch(/'nonce-[\w+/=-]{16,}'/);
      expect(scripts, path).not.toMatch(/'unsafe-inline'|'unsafe-eval'|\*|https?:/);
      expect(directives.get('style-src') ?? directives.get('default-src'), path).not.toMatch(/'unsafe-inline'/);
      for (const [name, value] of [['default-src', /'(self|none)'/], ['object-src', /'none'/], ['base-uri', /'(none|self)'/], ['frame-ancestors', /'none'/], ['form-action', /'self'/]] as const) {
        // What is not named falls back to default-src, where that is 'none'.
        const rule = directives.get(name) ?? (name === 'object-src' ? directives.get('default-src') : undefined);
        expect(rule, `${name} on ${path}`).toMatch(value);
      }
      nonces.add(scripts.match(/'nonce-([^']+)'/)?.[1] ?? '');
      expect(headers['x-content-type-options'], path).toBe('nosniff');
      expect(headers['referrer-policy'], path).toBeTruthy();
    }
    expect(nonces.size, 'a nonce per answer').toBe(paths.length);
  });
});
