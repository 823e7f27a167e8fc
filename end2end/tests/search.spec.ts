// Somebody looks for something: on the page of results, while typing, and in the directories.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/fixtures.ts';
import { row } from '../support/human.ts';

test.use({ suite: 'search' });

const results = (page: Page) => page.locator('article.result');
const tab = (page: Page, name: string) => page.locator('nav[aria-label="What to look through"]').getByRole('link', { name, exact: true });

test.describe('the page of results', () => {
  test('is reached by the field on every page, and finds posts with what matched', async ({ page, world }) => {
    await page.goto('/');
    await page.locator('#site-search').fill('tide clock');
    await page.locator('#site-search').press('Enter');
    await expect(page).toHaveURL(/\/search\?q=tide\+clock$/);
    const found = results(page).filter({ hasText: world.thread.title });
    await expect(found.locator('h2 a')).toHaveAttribute('href', `/post/${world.thread.id}`);
    await expect(found.locator('mark').first()).toHaveText('tide');
    await expect(found.getByRole('link', { name: 'ada' })).toBeVisible();
  });

  test('has a tab for each kind', async ({ page, world }) => {
    await page.goto('/search?q=night');
    await tab(page, 'Comments').click();
    await expect(page).toHaveURL(/type=comments/);
    await expect(tab(page, 'Comments')).toHaveAttribute('aria-current', 'page');
    await expect(results(page)).toHaveCount(2);
    await results(page).filter({ hasText: 'And at' }).locator('h2 a').click();
    await expect(page.locator(`#c-${world.comments[0].id}`)).toBeInViewport();
    await page.goto('/search?q=crabs&type=submolts');
    await expect(results(page)).toHaveCount(1);
    await results(page).locator('h2 a').click();
    await expect(page).toHaveURL(new RegExp(`/m/${world.reef}$`));
    await page.goto('/search?q=waves&type=agents');
    await expect(results(page).locator('h2 a')).toHaveAttribute('href', '/u/ada');
  });

  test('understands filters, and names them', async ({ page, world }) => {
    void world;
    await page.goto('/search');
    for (const filter of ['author:', 'submolt:', 'type:']) await expect(page.locator('aside')).toContainText(filter);
    await page.goto(`/search?q=${encodeURIComponent('tide author:bob')}`);
    await expect(results(page).filter({ hasText: 'A tide table' })).toHaveCount(1);
    await expect(results(page).filter({ hasText: 'The tide is a clock' }).filter({ hasText: 'ada' })).toHaveCount(0);
    await page.goto(`/search?q=${encodeURIComponent('tide -clock type:posts')}`);
    await expect(results(page)).toHaveCount(1);
  });

  test('goes on page by page without repeats', async ({ page, world }) => {
    void world;
    await page.goto('/search?q=wave+type%3Aposts');
    const seen: string[] = [];
    for (;;) {
      seen.push(...(await results(page).locator('h2 a').evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''))));
      const next = page.locator('a[rel="next"]');
      if ((await next.count()) === 0) break;
      const before = page.url();
      await next.click();
      await expect(page).not.toHaveURL(before);
    }
    expect(seen).toHaveLength(55);
    expect(new Set(seen).size).toBe(55);
  });

  test('says so where nothing is found, asked for or possible', async ({ page, gate, world }) => {
    void world;
    gate.allowStatus(400);
    await page.goto('/search?q=zzyzx&type=posts');
    await expect(page.locator('main')).toContainText('Nothing found');
    await expect(page.getByRole('link', { name: 'look through everything' })).toHaveAttribute('href', '/search?q=zzyzx');
    await page.goto('/search?q=%20');
    await expect(page.locator('main')).toContainText('What are you looking for?');
    const answer = await page.goto(`/search?q=${'x'.repeat(501)}`);
    expect(answer?.status()).toBe(400);
    await expect(page.locator('[role="alert"]')).toContainText('at most 500 characters');
    await expect(page.locator('#q')).toBeVisible();
  });

  test('shows what was typed as text', async ({ page, world }) => {
    void world;
    await page.goto(`/search?q=${encodeURIComponent('"><script>alert(1)</script>')}`);
    await expect(page.locator('#q')).toHaveValue('"><script>alert(1)</script>');
  });
});

test.describe('while somebody types', () => {
  test.beforeEach(({ scripts }) => test.skip(!scripts, 'needs scripts; without them the form does'));

  test('names are completed, and chosen by keys alone', async ({ page, world }) => {
    void world;
    await page.goto('/');
    const field = page.locator('#site-search');
    await field.focus();
    await expect(field).toHaveAttribute('role', 'combobox');
    await field.pressSequentially('re');
    const options = page.getByRole('option');
    await expect(options.first()).toContainText('m/reef');
    await expect(field).toHaveAttribute('aria-expanded', 'true');
    await field.press('ArrowDown');
    await expect(options.first()).toHaveAttribute('aria-selected', 'true');
    await expect(field).toHaveAttribute('aria-activedescendant', (await options.first().getAttribute('id')) ?? 'none');
    await field.press('Escape');
    await expect(options).toHaveCount(0);
    await expect(field).toHaveValue('re');
    await expect(field).toHaveAttribute('aria-expanded', 'false');
    await field.pressSequentially('ef');
    await expect(options.first()).toBeVisible();
    await field.press('ArrowDown');
    await field.press('Enter');
    await expect(page).toHaveURL(new RegExp(`/m/${world.reef}$`));
  });

  test('a suggestion is clicked, and Enter without one searches', async ({ page, world }) => {
    await page.goto('/');
    const field = page.locator('#site-search');
    await field.pressSequentially('the tide');
    await page.getByRole('option').filter({ hasText: world.thread.title }).click();
    await expect(page).toHaveURL(new RegExp(`/post/${world.thread.id}`));
    await field.pressSequentially('the tide');
    await expect(page.getByRole('option').first()).toBeVisible();
    await field.press('Enter');
    await expect(page).toHaveURL(/\/search\?q=the\+tide/);
  });
});

test.describe('directories', () => {
  test('agents are ranked by karma, listed by age, and rise', async ({ page, world }) => {
    void world;
    await page.goto('/');
    await page.locator('nav[aria-label="Main"] a[href="/agents"]').click();
    await expect(page.locator('h1')).toHaveText('Agents');
    const names = () => page.locator('article.agent-row h2 a').allTextContents();
    expect(await names(), 'bob was voted for, ada against').toEqual(['bob', 'ada']);
    const sort = page.locator('nav[aria-label="Sort"]');
    await sort.getByRole('link', { name: 'Recent' }).click();
    await expect(sort.locator('[aria-current]')).toHaveText('Recent');
    expect(await names()).toEqual(['bob', 'ada']);
    await sort.getByRole('link', { name: 'Rising' }).click();
    await expect(sort.locator('[aria-current]')).toHaveText('Rising');
    await expect(page.locator('article.agent-row').first()).toContainText('ada');
    await expect(page.locator('.rise').first()).toHaveText(/^\+\d+$/);
  });

  test('submolts are narrowed down by how their names begin', async ({ page, world }) => {
    await page.goto('/m');
    await page.locator('#name').fill('ree');
    await page.locator('#name').press('Enter');
    await expect(page).toHaveURL(/\/m\?name=ree$/);
    await expect(page.locator('article.submolt-row')).toHaveCount(1);
    await expect(page.locator('article.submolt-row')).toContainText(world.reef);
    await page.goto('/m?name=crab');
    await page.getByRole('link', { name: 'Search names and descriptions' }).click();
    await expect(results(page)).toHaveCount(1);
  });

  test('an agent has its posts and its comments on pages of their own', async ({ page, world }) => {
    await page.goto('/u/ada');
    const posts = new Set<string>();
    for (;;) {
      for (const id of await page.locator('article.post-row').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-post-id') ?? ''))) posts.add(id);
      const next = page.locator('a[rel="next"]');
      if ((await next.count()) === 0) break;
      const before = page.url();
      await next.click();
      await expect(page).not.toHaveURL(before);
    }
    expect(posts.size).toBeGreaterThanOrEqual(56);
    await page.locator('nav[aria-label="What it wrote"]').getByRole('link', { name: 'Comments' }).click();
    await expect(page).toHaveURL(/\/u\/ada\?tab=comments$/);
    await expect(page.locator('article.comment-row')).toHaveCount(2);
    await expect(page.locator('article.comment-row').first()).toContainText('A second thought.');
    await expect(row(page, world.thread.id)).toHaveCount(0);
  });

  test('a submolt shows its rules, its moderators, its labels and its banner', async ({ page, world }) => {
    const name = `kept-${test.info().project.name}`;
    await world.ada.founds(name, { description: 'Kept in order.' });
    await world.ada.ok('PATCH', `/submolts/${name}/settings`, { rules: 'Be *kind*.', banner_color: '#0b3a5b' });
    await world.ada.ok('POST', `/submolts/${name}/labels`, { key: 'calm', label: 'Calm', color: 'teal', kind: 'tag' });
    await page.goto(`/m/${name}`);
    const aside = page.locator('aside');
    await expect(aside.locator('em')).toHaveText('kind');
    await expect(aside.getByRole('listitem').filter({ hasText: 'owner' })).toContainText('ada');
    await expect(aside.locator('.label-teal')).toHaveText('Calm');
    await expect(page.locator('svg.banner')).toBeVisible();
  });
});
