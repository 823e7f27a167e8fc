// Hostile text in every field: the API keeps it as it was sent or says no, and every page shows it as harmless text.
import type { Page } from '@playwright/test';
import { Agent, type Answer, Api, type Comment, type Post, type Problem, type Submolt } from '../support/api.ts';
import { expect, test } from '../support/fixtures.ts';
import type { Gate } from '../support/gate.ts';
import { fillAndSend, forms, ownAgent, signInAsAdmin } from '../support/human.ts';
import { wrongWith } from '../support/inspect.ts';
import { hostile, isIntact, isPlain, naughty, shown, squeezed } from '../support/payloads.ts';

test.use({ suite: 'security-strings' });

/** What one string left behind, where it was accepted. */
interface Planted {
  text: string;
  /** Of its agent and of its submolt. */
  name: string;
  claimUrl: string;
  displayName: string;
  description: string;
  submoltName: string;
  submoltDescription: string;
  post: Post;
  comment?: Comment;
}

const atOnce = 8;

/** Works through the items, some at a time. */
async function each<T>(items: T[], work: (item: T, index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) await work(items[index] as T, index);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

function refusal(answer: Answer<unknown>): string | undefined {
  const body = answer.body as Partial<Problem>;
  const texts = [body.error, body.message, body.hint, body.code, body.path, body.timestamp, body.request_id];
  if (answer.status < 400 || answer.status >= 500) return `status ${answer.status}`;
  if (body.success !== false || body.statusCode !== answer.status) return `success ${body.success}, statusCode ${body.statusCode}`;
  if (texts.some((text) => typeof text !== 'string')) return `not the error shape: ${JSON.stringify(body)}`;
  return undefined;
}

let planting: Promise<{ planted: Planted[]; wrong: string[]; accepted: Record<string, number> }> | undefined;

/** Sends every string into every text field, once per worker. */
function plant(api: Api): NonNullable<typeof planting> {
  planting ??= plantAll(api);
  return planting;
}

async function plantAll(api: Api) {
  const planted: Planted[] = [];
  const wrong: string[] = [];
  const accepted: Record<string, number> = {};
  const reader = await api.register('string-reader');

  /** Sends a field; what was kept, if it was accepted. */
  async function field<T>(name: string, text: string, send: Promise<Answer<T>>, kept: (body: T) => unknown): Promise<T | undefined> {
    const answer = await send;
    if (answer.status < 300) {
      const found = kept(answer.body);
      if (!isIntact(text, found)) wrong.push(`${name}: ${JSON.stringify(text).slice(0, 80)} became ${JSON.stringify(found)?.slice(0, 80)}`);
      accepted[name] = (accepted[name] ?? 0) + 1;
      return answer.body;
    }
    const problem = refusal(answer);
    if (problem) wrong.push(`${name}: ${JSON.stringify(text).slice(0, 80)}: ${problem}`);
    return undefined;
  }

  await each(naughty, async (text, index) => {
    // As a name it is refused, or a name after all: then it is kept in lower case.
    const asName = await api.call<{ agent: { name: string } }>('POST', '/agents/register', { name: text });
    if (asName.status < 300 ? asName.body.agent.name !== text.trim().toLowerCase() : refusal(asName)) wrong.push(`handle: ${JSON.stringify(text)}: ${asName.status}`);
    const asSubmolt = await reader.call<{ submolt: Submolt }>('POST', '/submolts', { name: text });
    if (asSubmolt.status < 300 ? asSubmolt.body.submolt.name !== text.trim().toLowerCase() : refusal(asSubmolt)) wrong.push(`submolt name: ${JSON.stringify(text)}: ${asSubmolt.status}`);

    const name = `string-${index}`;
    await field('agent description', text, api.call<{ agent: { name: string } }>('POST', '/agents/register', { name: `${name}-r`, description: text }), () => text);
    const agent = await api.register(name);
    type Me = { agent: { description: string; display_name: string } };
    const me = async () => (await agent.ok<Me>('GET', '/agents/me')).agent;
    await field('description', text, agent.call<Me>('PATCH', '/agents/me', { description: text }), (body) => body.agent.description);
    await field('display name', text, agent.call<Me>('PATCH', '/agents/me', { display_name: text }), (body) => body.agent.display_name);

    type Founded = { submolt: Submolt };
    const found = (more: object) => agent.call<Founded>('POST', '/submolts', { name, ...more });
    // Both names of its field are tried on one submolt; where they are refused, the description alone.
    const both = await field('submolt display name', text, found({ display_name: text, description: text }), (body) => body.submolt.display_name);
    if (both) accepted['submolt description'] = (accepted['submolt description'] ?? 0) + 1;
    if (both && !isIntact(text, both.submolt.description)) wrong.push(`submolt description: ${JSON.stringify(text)} became ${JSON.stringify(both.submolt.description)}`);
    const { submolt } = both ?? (await field('submolt description', text, found({ description: text }), (body) => body.submolt.description)) ?? (await agent.ok<Founded>('POST', '/submolts', { name }));

    type Posted = { post: Post };
    const send = (body: object) => agent.call<Posted>('POST', '/posts', { submolt_name: name, ...body });
    await field('url', text, send({ title: `Link ${index}`, url: text }), (body) => (sameUrl(text, body.post.url) ? text : body.post.url));
    const titled = await field('title', text, send({ title: text, content: 'Only the title is odd.' }), (body) => body.post.title);
    const filled = await field('content', text, send({ title: titled ? text : `Text ${index}`, content: text }), (body) => body.post.content);
    const post = filled?.post ?? titled?.post ?? (await agent.writes(`Nothing odd ${index}`, { submolt_name: name }));
    type Commented = { comment: Comment };
    const commented = await field('comment', text, agent.call<Commented>('POST', `/posts/${post.id}/comments`, { content: text }), (body) => body.comment.content);

    const now = await me();
    planted.push({
      text,
      name,
      claimUrl: agent.claimUrl,
      displayName: now.display_name,
      description: now.description,
      submoltName: submolt.display_name,
      submoltDescription: submolt.description,
      post: await api.post(post.id),
      comment: commented?.comment,
    });
  });
  return { planted, wrong, accepted };
}

function sameUrl(sent: string, kept: string | null): boolean {
  try {
    return kept !== null && new URL(sent).href === new URL(kept).href;
  } catch {
    return false;
  }
}

/** Opens a page and adds what is wrong with it. */
async function look(page: Page, path: string, wrong: string[], shows: [selector: string, text: string][] = []): Promise<void> {
  const answer = await page.goto(path);
  if (answer?.status() !== 200) wrong.push(`${path}: status ${answer?.status()}`);
  for (const problem of await wrongWith(page)) wrong.push(`${path}: ${problem}`);
  for (const [selector, text] of shows) {
    const found = await page.locator(selector).evaluateAll((all) => all.map((one) => one.textContent ?? ''));
    if (!found.some((one) => squeezed(one).includes(text))) {
      wrong.push(`${path}: ${selector} does not show ${JSON.stringify(text).slice(0, 80)}; it shows ${JSON.stringify(found.map(squeezed)).slice(0, 160)}`);
    }
  }
}

/** Looks at all items in several tabs. */
async function lookAtAll<T>(page: Page, items: T[], at: (tab: Page, item: T) => Promise<void>): Promise<void> {
  const tabs = [page, await page.context().newPage(), await page.context().newPage()];
  let next = 0;
  await Promise.all(
    tabs.map(async (tab) => {
      for (let index = next++; index < items.length; index = next++) await at(tab, items[index] as T);
    }),
  );
}

function expectNothing(wrong: string[], gate: Gate): void {
  expect(wrong.slice(0, 20), `${wrong.length} in all`).toEqual([]);
  expect(gate.dialogs).toEqual([]);
  expect(gate.problems.slice(0, 20)).toEqual([]);
}

test.describe.configure({ timeout: 900_000 });

test('every text field keeps a string as it is, or refuses it in the error shape', async ({ api }) => {
  const { planted, wrong, accepted } = await plant(api);
  expect(wrong.slice(0, 20), `${wrong.length} in all`).toEqual([]);
  expect(planted.length).toBe(naughty.length);
  expect(naughty.length).toBeGreaterThanOrEqual(515);
  // The suite would prove nothing if everything were refused.
  for (const name of ['title', 'content', 'comment', 'description', 'display name', 'submolt description', 'submolt display name']) {
    expect(accepted[name], name).toBeGreaterThan(400);
  }
  console.log(`${naughty.length} strings (${hostile.length} own); accepted: ${JSON.stringify(accepted)}`);
});

test('every post page shows them as text', async ({ page, api, gate }) => {
  const { planted } = await plant(api);
  const wrong: string[] = [];
  await lookAtAll(page, planted, async (tab, one) => {
    const shows: [string, string][] = [['h1', shown(one.post.title)]];
    if (one.post.content && isPlain(one.post.content)) shows.push(['main', shown(one.post.content)]);
    if (one.comment && isPlain(one.comment.content)) shows.push([`#c-${one.comment.id}`, shown(one.comment.content)]);
    await look(tab, `/post/${one.post.id}`, wrong, shows);
    if ((await tab.title()).includes('\u202e')) wrong.push(`${one.post.id}: the title reorders text`);
  });
  expectNothing(wrong, gate);
});

test('the feed, page by page, shows them as text', async ({ page, api, gate }) => {
  const { planted } = await plant(api);
  const wrong: string[] = [];
  const titles = new Map(planted.map((one) => [one.post.id, one.post.title]));
  let seen = 0;
  for (let path: string | null = '/?sort=new'; path; ) {
    await look(page, path, wrong);
    const rows = await page.locator('article.post-row').evaluateAll((all) =>
      all.map((one) => [one.getAttribute('data-post-id') ?? '', one.querySelector('a.post-title')?.textContent ?? ''] as const),
    );
    for (const [id, text] of rows) {
      const title = titles.get(id);
      if (title === undefined) continue;
      seen += 1;
      if (squeezed(text) !== shown(title)) wrong.push(`${path}: ${JSON.stringify(title)} is shown as ${JSON.stringify(text)}`);
    }
    const next = page.locator('a[rel="next"]');
    path = (await next.count()) ? await next.getAttribute('href') : null;
  }
  expect(seen).toBe(planted.length);
  expectNothing(wrong, gate);
});

test('every profile shows them as text', async ({ page, api, gate }) => {
  const { planted } = await plant(api);
  const wrong: string[] = [];
  await lookAtAll(page, planted, async (tab, one) => {
    await look(tab, `/u/${one.name}`, wrong, [['h1', shown(one.displayName)], ['main', shown(one.description)]]);
  });
  expectNothing(wrong, gate);
});

test('every submolt page, and the directory, show them as text', async ({ page, api, gate }) => {
  const { planted } = await plant(api);
  const wrong: string[] = [];
  await lookAtAll(page, planted, async (tab, one) => {
    const shows: [string, string][] = [['main', shown(one.submoltName)], ['main', shown(one.submoltDescription)]];
    await look(tab, `/m/${one.name}`, wrong, shows);
  });
  for (let path: string | null = '/m'; path; ) {
    await look(page, path, wrong);
    const next = page.locator('a[rel="next"]');
    path = (await next.count()) ? await next.getAttribute('href') : null;
  }
  expectNothing(wrong, gate);
});

test('claim pages, forms that come back, and addresses show them as text', async ({ page, api, gate }) => {
  gate.allowStatus(400, 401, 404, 405, 414, 422, 431);
  const { planted } = await plant(api);
  const wrong: string[] = [];
  const odd = new Set(hostile.filter((text) => text.length < 400));
  for (const one of planted.filter((one) => odd.has(one.text))) {
    await look(page, one.claimUrl, wrong, [['main', shown(one.description)]]);
  }
  for (const text of odd) {
    // What nobody can type into a line.
    if (/[\u0000-\u001f\ud800-\udfff]/.test(text)) continue;
    await page.goto('/signup');
    await fillAndSend(page, forms.signUp, { handle: text, password: 'a long password' });
    // An empty or well-formed handle may get past this page; nothing may run on the next one either.
    for (const problem of await wrongWith(page)) wrong.push(`sign-up form, ${JSON.stringify(text)}: ${problem}`);
    const input = page.locator('[name="handle"]');
    if ((await input.count()) && (await page.locator('[id="handle-error"]').count())) {
      const kept = await input.inputValue();
      if (kept.trim() !== text.trim()) wrong.push(`sign-up form: ${JSON.stringify(text)} came back as ${JSON.stringify(kept)}`);
    }
  }
  const places = (text: string) => [
    ...[`/nowhere/${text}`, `/?sort=${text}`, `/login?next=${text}`, `/m/${text}`, `/u/${text}`, `/?cursor=${text}`],
    ...[`/search?q=${text}`, `/search?q=tide&cursor=${text}`, `/m?name=${text}`, `/agents?sort=${text}`],
  ];
  const addressable = [...odd].filter((text) => !/[\ud800-\udfff]/.test(text));
  await lookAtAll(page, addressable.map(encodeURIComponent).flatMap(places), async (tab, path) => {
    const answer = await tab.goto(path);
    if ((answer?.status() ?? 500) >= 500) wrong.push(`${path}: status ${answer?.status()}`);
    for (const problem of await wrongWith(tab)) wrong.push(`${path}: ${problem}`);
  });
  expectNothing(wrong, gate);
});

test('what people and administrators type is shown as text', async ({ page, server, gate }) => {
  gate.allowStatus(400, 401, 403, 404, 413, 422);
  const wrong: string[] = [];
  const typed = hostile.filter((text) => text.length < 400 && !/[\u0000-\u001f\ud800-\udfff]/.test(text));
  const judge = async (what: string, text: string) => {
    for (const problem of await wrongWith(page)) wrong.push(`${what}, ${JSON.stringify(text)}: ${problem}`);
  };
  await signInAsAdmin(page, server);
  const { name } = await ownAgent(page, new Api(server.url));
  for (const text of typed) {
    await page.goto('/settings');
    await fillAndSend(page, 'form[action="/_fn/make_token"]', { label: text, days: '1' });
    await judge('label of a token', text);
    await page.goto(`/dashboard/${name}`);
    await fillAndSend(page, 'form[action="/_fn/offer_agent"]', { handle: text });
    await judge('handle of an offer', text);
    await page.goto('/admin/invites');
    await fillAndSend(page, forms.makeInvite, { note: text, uses: '1', days: '1' });
    await judge('note on an invite', text);
    await page.goto(`/admin/agents?q=${encodeURIComponent(text)}`);
    await judge('name to look for', text);
    await page.goto(`/admin/audit?${new URLSearchParams({ actor: text, action: text, target: text })}`);
    await judge('filters of the audit log', text);
  }
  for (const path of ['/settings', '/admin/invites', '/admin/audit']) {
    await page.goto(path);
    await judge(path, 'all of them');
  }
  expectNothing(wrong, gate);
});

test('bad requests get the status of their own and change nothing', async ({ api, world, server }) => {
  const before = await api.ok<object>('GET', '/stats');
  const { key, name } = world.ada;
  const mine = world.thread.id;
  const theirs = world.link.id;
  const json = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  const post = { submolt_name: 'general', title: 'A title', content: 'Text.' };
  const long = (n: number) => 'x'.repeat(n);
  const cases: [what: string, status: number | number[], method: string, path: string, headers: Record<string, string>, body?: string][] = [
    ['malformed JSON', 400, 'POST', '/posts', json, '{"title":'],
    ['JSON of the wrong kind', [400, 422], 'POST', '/posts', json, '[1,2,3]'],
    ['a number for a text', 400, 'POST', '/posts', json, JSON.stringify({ ...post, title: 7 })],
    ['no body', 400, 'POST', '/posts', json],
    ['wrong content type', 415, 'POST', '/posts', { ...json, 'content-type': 'text/plain' }, JSON.stringify(post)],
    ['a form', 415, 'POST', '/posts', { ...json, 'content-type': 'application/x-www-form-urlencoded' }, 'title=x'],
    ['field text', 400, 'POST', '/posts', json, JSON.stringify({ submolt_name: 'general', title: 'T', text: 'x' })],
    ['field body', 400, 'POST', '/posts', json, JSON.stringify({ submolt_name: 'general', title: 'T', body: 'x' })],
    ['field text of a comment', 400, 'POST', `/posts/${theirs}/comments`, json, JSON.stringify({ text: 'x' })],
    ['a body of 2 MB', 413, 'POST', '/posts', json, JSON.stringify({ ...post, content: long(2_000_000) })],
    ['NUL', 400, 'POST', '/posts', json, JSON.stringify({ ...post, title: 'a\0b' })],
    ['a lone surrogate', 400, 'POST', '/posts', json, '{"submolt_name":"general","title":"\\ud800","content":"x"}'],
    ['bytes that are no UTF-8', 400, 'POST', '/posts', json, Buffer.from([0x7b, 0xff, 0x7d]).toString('latin1')],
    ['a long title', 400, 'POST', '/posts', json, JSON.stringify({ ...post, title: long(301) })],
    ['an empty title', 400, 'POST', '/posts', json, JSON.stringify({ ...post, title: '' })],
    ['a long text', 400, 'POST', '/posts', json, JSON.stringify({ ...post, content: long(40_001) })],
    ['no text and no link', 400, 'POST', '/posts', json, JSON.stringify({ submolt_name: 'general', title: 'T' })],
    ['a link that runs', 400, 'POST', '/posts', json, JSON.stringify({ submolt_name: 'general', title: 'T', url: 'javascript:alert(1)' })],
    ['an unknown submolt', 404, 'POST', '/posts', json, JSON.stringify({ ...post, submolt_name: 'no-such-place' })],
    ['an unknown post', 404, 'POST', '/posts/0198c0de-0000-7000-8000-000000000000/comments', json, JSON.stringify({ content: 'x' })],
    ['a parent of another post', 400, 'POST', `/posts/${theirs}/comments`, json, JSON.stringify({ content: 'x', parent_id: world.comments[0].id })],
    ['a bad parent', 400, 'POST', `/posts/${mine}/comments`, json, JSON.stringify({ content: 'x', parent_id: 'nope' })],
    ['a long comment', 400, 'POST', `/posts/${theirs}/comments`, json, JSON.stringify({ content: long(10_001) })],
    ['a bad id', 400, 'GET', '/posts/not-an-id', {}],
    ['a bad cursor', 400, 'GET', '/posts?cursor=!!!', {}],
    ['a cursor of another list', 400, 'GET', `/posts?sort=new&cursor=${Buffer.from('whatever').toString('base64url')}`, {}],
    ['limit=abc', 400, 'GET', '/posts?limit=abc', {}],
    ['a negative limit', 400, 'GET', '/posts?limit=-1', {}],
    ['an unknown order', 400, 'GET', '/posts?sort=sideways', {}],
    ['no name to look for', 400, 'GET', '/agents/profile', {}],
    ['an unknown name', 404, 'GET', '/agents/profile?name=nobody-at-all', {}],
    ['an unknown route', 404, 'GET', '/nowhere', {}],
    ['a wrong method', 405, 'DELETE', '/stats', {}],
    ['a name with a homoglyph', 400, 'POST', '/agents/register', { 'content-type': 'application/json' }, JSON.stringify({ name: '\u0430da' })],
    ['a reserved name', 400, 'POST', '/agents/register', { 'content-type': 'application/json' }, JSON.stringify({ name: 'Ad-min' })],
    ['a taken name', 409, 'POST', '/agents/register', { 'content-type': 'application/json' }, JSON.stringify({ name: name.toUpperCase() })],
    ['no key', 401, 'POST', '/posts', { 'content-type': 'application/json' }, JSON.stringify(post)],
    ['an unknown key', 401, 'GET', '/posts', { authorization: `Bearer moltbook_sk_${long(43)}` }],
    ['a malformed key', 401, 'GET', '/agents/me', { authorization: 'Bearer nonsense' }],
    ['an empty key', 401, 'GET', '/agents/me', { authorization: 'Bearer ' }],
    ['another scheme', 401, 'GET', '/agents/me', { authorization: 'Basic YTpi' }],
    ['a vote on one’s own post', 400, 'POST', `/posts/${mine}/upvote`, json, '{}'],
    ['a vote of seven', 400, 'PUT', `/posts/${theirs}/vote`, json, '{"value":7}'],
    ['a vote on nothing', 404, 'POST', '/posts/0198c0de-0000-7000-8000-000000000000/upvote', json, '{}'],
    ['somebody else’s post', 403, 'DELETE', `/posts/${theirs}`, json],
    ['nothing to change', 400, 'PATCH', '/agents/me', json, '{}'],
    ['following oneself', 400, 'POST', `/agents/${name}/follow`, json, '{}'],
  ];
  const wrong: string[] = [];
  for (const [what, expected, method, path, headers, body] of cases) {
    const answer = await fetch(`${server.url}/api/v1${path}`, { method, headers, body: what.includes('UTF-8') ? Buffer.from([0x7b, 0xff, 0x7d]) : body });
    const found = { status: answer.status, headers: answer.headers, body: await answer.json().catch(() => ({})) };
    const problem = refusal(found);
    if (![expected].flat().includes(answer.status)) wrong.push(`${what}: ${answer.status}, not ${expected}: ${JSON.stringify(found.body).slice(0, 200)}`);
    else if (problem) wrong.push(`${what}: ${problem}`);
    else if (found.body.request_id !== answer.headers.get('x-request-id')) wrong.push(`${what}: request id ${found.body.request_id} is not the header's`);
  }
  expect(wrong).toEqual([]);
  const agent = new Agent(server.url, key ?? '', name, '', '');
  expect((await agent.ok<{ agent: { description: string } }>('GET', '/agents/me')).agent.description).toBe('Counts waves, *slowly*.');
  await expect.poll(() => api.ok<object>('GET', '/stats')).toEqual(before);
});
