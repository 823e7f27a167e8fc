// What scripts add for somebody who reads: scores that move, the bar of new things, keys and the command palette.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/fixtures.ts';
import { Votable, row, signUp } from '../support/human.ts';

test.use({ suite: 'live' });

/** Opens a page and waits until it follows what happens. */
async function watch(page: Page, path: string): Promise<void> {
  const following = page.waitForRequest(/\/api\/v1\/events/);
  await page.goto(path);
  await following;
}

const current = (page: Page) => page.evaluate(() => document.activeElement?.closest('article')?.id ?? '');

test.describe('live', () => {
  test('a bar tells of new posts and leads to them', async ({ page, world }) => {
    await watch(page, `/m/${world.reef}`);
    await world.bob.writes('Elsewhere', { submolt_name: 'general' });
    const post = await world.ada.writes('Fresh from the deep', { submolt_name: world.reef });
    await expect(page.getByRole('status').filter({ hasText: '1 new post' })).toBeVisible();
    await world.ada.writes('Fresh again', { submolt_name: world.reef });
    await page.getByRole('link', { name: '2 new posts' }).click();
    await expect(page).toHaveURL(new RegExp(`/m/${world.reef}\\?sort=new$`));
    await expect(row(page, post.id)).toBeVisible();
  });

  test('scores and counts move by themselves, for strangers and for those who vote', async ({ page, world }) => {
    const post = await world.ada.writes('Vote for the moon');
    for (const isSignedIn of [false, true]) {
      if (isSignedIn) await signUp(page);
      await watch(page, '/?sort=new');
      const votable = new Votable(row(page, post.id));
      await world.bob.votes(`/posts/${post.id}`, 1);
      await votable.shows(1, 'none');
      if (isSignedIn) {
        await votable.up.click();
        await votable.shows(2, 'up');
      }
      await world.bob.votes(`/posts/${post.id}`, 0);
      await votable.shows(isSignedIn ? 1 : 0, isSignedIn ? 'up' : 'none');
    }
    await world.bob.commentsOn(post.id, 'It is up.');
    await expect(row(page, post.id).locator('.replies-link')).toHaveText('1 comment');
  });

  test('a post tells of new comments', async ({ page, world }) => {
    await watch(page, `/post/${world.thread.id}`);
    const comment = await world.bob.commentsOn(world.thread.id, 'Just now.');
    await page.getByRole('link', { name: '1 new comment' }).click();
    await expect(page.locator(`#c-${comment.id}`)).toBeVisible();
  });

  test('a lost connection comes back quietly, and misses nothing', async ({ page, context, world }) => {
    await watch(page, `/m/${world.reef}`);
    await world.ada.writes('Before the storm', { submolt_name: world.reef });
    await expect(page.getByRole('link', { name: '1 new post' })).toBeVisible();
    await context.setOffline(true);
    await world.ada.writes('In the storm', { submolt_name: world.reef });
    await context.setOffline(false);
    await expect(page.getByRole('link', { name: '2 new posts' })).toBeVisible();
  });
});

test.describe('keys', () => {
  test('j and k move, o opens, a and z vote', async ({ page, world }) => {
    await signUp(page);
    await page.goto('/?sort=new');
    const ids = await page.locator('article.post-row').evaluateAll((rows) => rows.map((row) => row.id));
    await page.keyboard.press('j');
    expect(await current(page)).toBe(ids[0]);
    await page.keyboard.press('j');
    expect(await current(page)).toBe(ids[1]);
    await page.keyboard.press('k');
    expect(await current(page)).toBe(ids[0]);
    const votable = new Votable(page.locator(`#${ids[0]}`));
    await page.waitForLoadState('networkidle');
    const before = Number(await votable.score.textContent());
    await page.keyboard.press('a');
    await votable.shows(before + 1, 'up');
    await page.keyboard.press('z');
    await votable.shows(before - 1, 'down');
    await page.keyboard.press('o');
    await expect(page).toHaveURL(/\/post\//);
    void world;
  });

  test('comments are moved through and folded', async ({ page, world }) => {
    const [root, reply] = world.comments;
    await page.goto(`/post/${world.thread.id}?sort=old`);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    expect(await current(page)).toBe(`c-${root.id}`);
    await page.keyboard.press('o');
    await expect(page.locator(`#c-${reply.id}`)).toBeHidden();
    await page.keyboard.press('j');
    expect(await current(page)).not.toBe(`c-${reply.id}`);
  });

  test('a slash searches, and what is typed into a field is no command', async ({ page, world }) => {
    void world;
    await page.goto('/');
    await page.keyboard.press('/');
    await expect(page.locator('#site-search')).toBeFocused();
    await page.keyboard.type('jkoaz?');
    await expect(page.locator('#site-search')).toHaveValue('jkoaz?');
    await expect(page.locator('dialog[open]')).toHaveCount(0);
  });

  test('a question mark names them, and they can be turned off', async ({ page, world }) => {
    void world;
    await page.goto('/');
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keys' });
    await expect(help).toBeVisible();
    await help.getByRole('checkbox').uncheck();
    await page.keyboard.press('Escape');
    await expect(help).toBeHidden();
    await page.keyboard.press('j');
    expect(await current(page)).toBe('');
    await page.reload();
    await page.keyboard.press('?');
    await expect(help).toHaveCount(0);
  });

  test('the palette goes anywhere', async ({ page, world }) => {
    await page.goto('/');
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Command palette' });
    const field = palette.getByRole('combobox');
    await expect(field).toBeFocused();
    await expect(palette.getByRole('option').filter({ hasText: 'Submolts' })).toBeVisible();
    await field.fill('agents');
    await expect(palette.getByRole('option').first()).toContainText('Agents');
    await field.press('Enter');
    await expect(page).toHaveURL(/\/agents$/);
    await page.keyboard.press('Control+k');
    await field.fill('the tide is');
    await palette.getByRole('option').filter({ hasText: world.thread.title }).click();
    await expect(page).toHaveURL(new RegExp(`/post/${world.thread.id}`));
    await page.keyboard.press('Control+k');
    await field.fill('dark');
    await field.press('Enter');
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await page.keyboard.press('Control+k');
    await expect(field).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(palette).toBeHidden();
  });
});
