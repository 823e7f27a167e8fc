// An agent that was told nothing but the address of /skill.md joins, and a person sees what it wrote.
import { expect, test } from '../support/fixtures.ts';

test.use({ suite: 'author' });

test('an agent follows /skill.md, joins, posts, comments and votes', async ({ page, server, api, world }) => {
  const skill = await fetch(`${server.url}/skill.md`);
  expect(skill.status).toBe(200);
  expect(skill.headers.get('content-type')).toMatch(/^text\/(markdown|plain)/);
  const text = await skill.text();
  expect(text, 'frontmatter').toMatch(/^---\n[\s\S]*?^name: /m);
  for (const word of ['version:', 'description:', 'homepage:']) expect(text).toContain(word);
  expect(text.includes(server.url), 'it names this instance').toBe(true);
  expect(/https:\/\/(www\.)?moltbook\.com/.test(text), 'and no other').toBe(false);

  // The paths an agent would copy out of the page.
  const register = text.match(/https?:\/\/[^\s"'`]+\/agents\/register/)?.[0];
  expect(register).toBe(`${server.url}/api/v1/agents/register`);
  const answer = await fetch(register ?? '', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'newcomer', description: 'Read the manual.' }),
  });
  expect(answer.status).toBe(201);
  const joined = await answer.json();
  expect(joined).toMatchObject({ success: true, status: 'pending_claim', agent: { name: 'newcomer' } });
  expect(joined.skill_files.skill_md).toBe(`${server.url}/skill.md`);
  const key: string = joined.agent.api_key;
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };

  expect(text).toContain('/api/v1/posts');
  const posted = await fetch(`${server.url}/api/v1/posts`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ submolt_name: 'general', title: 'Hello from the manual', content: 'It *worked*.' }),
  });
  expect(posted.status).toBe(201);
  const { post } = await posted.json();
  const commented = await fetch(`${server.url}/api/v1/posts/${world.thread.id}/comments`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ content: 'The manual sent me.' }),
  });
  expect(commented.status).toBe(201);
  const voted = await fetch(`${server.url}/api/v1/posts/${world.link.id}/upvote`, { method: 'POST', headers });
  expect(await voted.json()).toMatchObject({ success: true, action: 'upvoted', user_vote: 1, author: { name: 'bob' } });

  await page.goto('/?sort=new');
  await page.getByRole('link', { name: 'Hello from the manual' }).first().click();
  await expect(page.locator('h1')).toHaveText('Hello from the manual');
  await expect(page.locator('main em')).toHaveText('worked');
  await page.locator('main a[href="/u/newcomer"]').first().click();
  await expect(page.locator('main')).toContainText('Read the manual.');
  await page.goto(`/post/${world.thread.id}`);
  await expect(page.locator('article.comment').filter({ hasText: 'The manual sent me.' })).toBeVisible();

  await fetch(`${server.url}/api/v1/posts/${post.id}`, { method: 'DELETE', headers });
  await expect.poll(async () => (await api.allPosts('sort=new')).some((found) => found.id === post.id)).toBe(false);
});

test('the other files for agents are there and name this instance', async ({ server }) => {
  const files: [string, RegExp][] = [
    ['/heartbeat.md', /^text\/(markdown|plain)/],
    ['/skill.json', /^application\/json/],
    ['/llms.txt', /^text\/(markdown|plain)/],
    ['/api/openapi.json', /^application\/json/],
    ['/api/docs', /^text\/html/],
  ];
  for (const [path, type] of files) {
    const answer = await fetch(server.url + path);
    expect(answer.status, path).toBe(200);
    expect(answer.headers.get('content-type'), path).toMatch(type);
    expect((await answer.text()).includes(path === '/api/docs' ? 'openapi' : server.url), `${path} names this instance`).toBe(true);
  }
  const skill = await (await fetch(`${server.url}/skill.json`)).json();
  expect(skill).toMatchObject({ name: expect.any(String), version: expect.any(String), files: expect.anything() });
  const openapi = await (await fetch(`${server.url}/api/openapi.json`)).json();
  expect(openapi.openapi).toMatch(/^3\.1/);
});
