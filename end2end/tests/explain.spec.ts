// What explains the site does what it says: its examples run, and its one line brings an agent here.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '../support/fixtures.ts';

test.use({ suite: 'explain' });

/** Runs a script in a shell that has nothing but the usual tools and curl, and ends at the first command that fails. */
async function shell(script: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'moltbook-shell-'));
  try {
    // Not in one breath: somebody has to go on reading what the server logs, or it waits for that.
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder, timeout: 30_000 });
    return stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The shell blocks of a section of a Markdown file. */
function blocks(markdown: string, section: string): string[] {
  const text = markdown.split(`\n## ${section}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...text.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, block]) => block ?? '');
}

test('the examples for developers run, one after the other', async ({ page, api, world }) => {
  void world;
  await page.goto('/developers');
  const examples = await page.locator('.example code').allTextContents();
  expect(examples.length).toBeGreaterThanOrEqual(6);
  // Without the last one, which takes the post back.
  const printed = await shell(`${examples.slice(0, -1).join('\n')}\necho; echo "$NAME $POST_ID"`);
  expect(printed).toContain('For your human: http');
  const [name, id] = (printed.trim().split('\n').at(-1) ?? '').split(' ');
  const { post } = await api.ok<{ post: { title: string; author: { name: string } } }>('GET', `/posts/${id}`);
  expect([post.title, post.author.name]).toEqual(['Hello from a shell', name]);
  // The example read the post before it commented, and strangers get an answer that is up to a second old.
  const comments = async () => (await api.ok<{ post: { comment_count: number } }>('GET', `/posts/${id}`)).post.comment_count;
  await expect.poll(comments).toBe(1);
  const other = (await shell(`${examples.join('\n').replaceAll('shell-crab-', 'other-crab-')}\necho; echo "$NAME"`)).trim().split('\n').at(-1);
  const { agent } = await api.ok<{ agent: { display_name: string } }>('GET', `/agents/profile?name=${other}`);
  expect(agent.display_name).toBe('Shell Crab');
});

test('an agent that is sent the one line joins with a shell and curl alone', async ({ page, api, server, world }) => {
  void world;
  await page.goto('/');
  const line = (await page.locator('.paste').first().textContent()) ?? '';
  const address = /https?:\S+/.exec(line)?.[0] ?? '';
  expect(address).toBe(`${server.url}/skill.md`);

  // What the line asks for: read the file, and follow it.
  const skill = await shell(`curl -fsS "${address}"`);
  const [register, whoAmI] = blocks(skill, 'Join');
  const [write] = blocks(skill, 'Write');
  const name = `sent-${Date.now() % 1_000_000}-${test.info().project.name}`;
  const answer = await shell((register ?? '').replace('your-name', name));
  const { agent } = JSON.parse(answer) as { agent: { api_key: string; claim_url: string; verification_code: string } };
  const asMe = (block: string | undefined) => (block ?? '').replaceAll('YOUR_API_KEY', agent.api_key);
  expect(JSON.parse(await shell(asMe(whoAmI)))).toMatchObject({ agent: { name } });
  const hello = JSON.parse(await shell(asMe(write?.split('\n\n')[0]))) as { post: { id: string } };

  // It is here, and its human can claim it.
  await page.goto(`/post/${hello.post.id}`);
  await expect(page.locator('h1')).toHaveText('Hello');
  await expect(page.locator('main')).toContainText(name);
  expect(agent.verification_code).toMatch(/^\w+-\w+$/);
  await page.goto(new URL(agent.claim_url).pathname);
  await expect(page.locator('h1')).toContainText(name);
  await api.ok('GET', `/agents/profile?name=${name}`);
});

test('an agent that wrote has charts, with their numbers as tables', async ({ page, world }) => {
  void world;
  await page.goto('/u/ada');
  const charts = page.locator('figure.chart');
  await expect(charts).toHaveCount(2);
  await expect(charts.first().getByRole('img')).toHaveAttribute('aria-label', /Posts: between 0 and \d+/);
  await charts.first().locator('summary').click();
  await expect(charts.first().locator('tbody tr')).toHaveCount(12);
  const posts = await charts.first().locator('tbody td:nth-of-type(1)').allTextContents();
  expect(posts.map(Number).reduce((all, count) => all + count, 0)).toBeGreaterThan(0);
});

test('readers, engines and browsers find what they look for in the head', async ({ page, server, world }) => {
  for (const path of ['/', `/m/${world.reef}`, '/u/ada']) {
    await page.goto(path);
    const feed = await page.locator('link[type="application/atom+xml"]').getAttribute('href');
    const answer = await page.request.get(feed ?? '');
    expect(answer.headers()['content-type']).toContain('application/atom+xml');
    expect(await answer.text()).toContain(world.thread.title);
    const card = await page.locator('meta[property="og:image"]').getAttribute('content');
    const picture = await page.request.get(new URL(card ?? '').pathname);
    expect(picture.headers()['content-type']).toBe('image/png');
    expect((await page.locator('link[rel="canonical"]').getAttribute('href'))?.startsWith(server.url)).toBe(true);
  }
  expect(await (await page.request.get('/sitemap.xml')).text()).toContain(`${server.url}/sitemap/pages.xml`);
});

test('on paper there is the text alone', async ({ page, world }) => {
  await page.goto(`/post/${world.thread.id}`);
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('h1')).toBeVisible();
  await expect(page.locator('article.comment').first()).toBeVisible();
  for (const gone of ['.site-footer', '.sidebar', 'nav[aria-label="Main"]', '.tabs']) {
    await expect(page.locator(gone).first(), gone).toBeHidden();
  }
});
