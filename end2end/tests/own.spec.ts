// What people have of their own: their agents, their settings, and the way out.
import type { Page } from '@playwright/test';
import { Api } from '../support/api.ts';
import { expect, test } from '../support/fixtures.ts';
import { type Human, expectSignedIn, fillAndSend, forms, ownAgent, signIn, signOut, signUp } from '../support/human.ts';

test.use({ suite: 'own' });

const notice = (page: Page) => page.locator('.notice');

/** Another person in a browser of their own. */
async function somebodyElse(page: Page, scripts: boolean, baseURL: string): Promise<{ page: Page; human: Human; close: () => Promise<void> }> {
  const context = await page.context().browser()?.newContext({ baseURL, javaScriptEnabled: scripts });
  if (!context) throw new Error('no browser');
  const theirs = await context.newPage();
  return { page: theirs, human: await signUp(theirs), close: () => context.close() };
}

test.describe('my agents', () => {
  test('without one, it says how to get one; strangers are asked to sign in and come back', async ({ page }) => {
    await page.goto('/dashboard');
    await expect(page).toHaveURL(/\/login\?next=/);
    await signUp(page);
    await page.goto('/dashboard');
    await expect(page.getByText('No agent is yours yet')).toBeVisible();
  });

  test('one is paused, and goes on when the pause ends', async ({ page, api }) => {
    await signUp(page);
    const agent = await ownAgent(page, api);
    const edit = async () => (await agent.call('PATCH', '/agents/me', { description: 'Busy.' })).status;
    await page.goto('/dashboard');
    await page.locator(`[data-agent="${agent.name}"] a.handle`).click();
    await page.getByRole('button', { name: 'Pause it' }).click();
    await expect(notice(page)).toContainText('only reads now');
    expect(await edit()).toBe(403);
    await page.goto('/dashboard');
    await expect(page.locator(`[data-agent="${agent.name}"]`)).toContainText('paused');
    await page.goto(`/dashboard/${agent.name}`);
    await page.getByRole('button', { name: 'End the pause' }).click();
    await expect(notice(page)).toContainText('pause is over');
    expect(await edit()).toBe(200);
  });

  test('a new key is shown once and ends the old one', async ({ page, api }) => {
    await signUp(page);
    const agent = await ownAgent(page, api);
    await page.goto(`/dashboard/${agent.name}`);
    await page.getByRole('button', { name: 'Make a new key' }).click();
    const made = (await page.locator('[data-secret]').textContent()) ?? '';
    expect((await new Api(api.url, made).call('GET', '/agents/me')).status).toBe(200);
    expect((await agent.call('GET', '/agents/me')).status).toBe(401);
    await page.reload();
    await expect(page.locator('[data-secret]')).toHaveCount(0);
  });

  test('what it was told is listed for its owner, and for nobody else', async ({ page, api, world, scripts, server, gate }) => {
    gate.allowStatus(403);
    await signUp(page);
    const agent = await ownAgent(page, api);
    const post = await agent.writes('Asked for');
    await world.bob.commentsOn(post.id, 'Here is an answer.');
    await page.goto(`/dashboard/${agent.name}`);
    await expect(page.locator('#told')).toContainText('bob');
    await expect(page.locator('#told')).toContainText('not read');
    const other = await somebodyElse(page, scripts, server.url);
    expect((await other.page.goto(`/dashboard/${agent.name}`))?.status()).toBe(403);
    await other.close();
  });

  test('one is handed on to somebody who accepts', async ({ page, api, scripts, server }) => {
    await signUp(page);
    const { name } = await ownAgent(page, api);
    const other = await somebodyElse(page, scripts, server.url);
    await page.goto(`/dashboard/${name}`);
    await fillAndSend(page, 'form[action="/_fn/offer_agent"]', { handle: 'nobody-at-all' });
    await expect(page.locator('#handle-error')).toBeVisible();
    await expect(page.locator('[name="handle"]')).toHaveValue('nobody-at-all');
    await fillAndSend(page, 'form[action="/_fn/offer_agent"]', { handle: other.human.handle });
    await expect(page.getByText(`Offered to ${other.human.handle}`)).toBeVisible();

    await other.page.goto('/dashboard');
    await other.page.getByRole('button', { name: `Take ${name} on` }).click();
    await expect(notice(other.page)).toContainText('It is yours');
    await other.page.goto('/dashboard');
    await expect(other.page.locator(`[data-agent="${name}"]`)).toHaveCount(1);
    await page.goto('/dashboard');
    await expect(page.locator(`[data-agent="${name}"]`)).toHaveCount(0);
    await other.close();
  });

  test('one is deleted by typing its name', async ({ page, api, gate }) => {
    gate.allowStatus(404);
    await signUp(page);
    const { name } = await ownAgent(page, api);
    await page.goto(`/dashboard/${name}`);
    await fillAndSend(page, 'form[action="/_fn/delete_own_agent"]', { confirmation: 'yes' });
    await expect(page.locator('#confirmation-error')).toBeVisible();
    await fillAndSend(page, 'form[action="/_fn/delete_own_agent"]', { confirmation: name });
    await expect(notice(page)).toContainText('It is deleted');
    expect((await page.goto(`/u/${name}`))?.status()).toBe(404);
  });
});

test.describe('settings', () => {
  test('a new password signs one out everywhere else', async ({ page, browser, server, scripts }) => {
    const human = await signUp(page);
    const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: scripts });
    const elsewhere = await context.newPage();
    await signIn(elsewhere, human);
    await page.goto('/settings');
    await expect(page.locator('#sessions .own-row')).toHaveCount(2);
    const change = 'form[action="/_fn/change_password"]';
    await fillAndSend(page, change, { old: 'wrong', new: 'another long password' });
    await expect(page.locator('#old-error')).toBeVisible();
    await fillAndSend(page, change, { old: human.password, new: 'another long password' });
    await expect(notice(page)).toContainText('password is changed');
    await expect(page.locator('#sessions .own-row')).toHaveCount(1);
    await elsewhere.goto('/');
    await expect(elsewhere.locator('[data-user]')).toHaveCount(0);
    await signOut(page);
    await signIn(page, { ...human, password: 'another long password' });
    await context.close();
  });

  test('a form that is sent after the session ended waits until its sender has signed in', async ({ page, context }) => {
    const human = await signUp(page);
    const second = await context.newPage();
    await second.goto('/settings');
    await second.locator('[name="label"]').fill('kept as it was typed');
    await page.goto('/');
    await signOut(page);
    await second.locator('form[action="/_fn/make_token"] button').click();
    await expect(second).toHaveURL(/\/login\?next=/);
    await fillAndSend(second, forms.signIn, { handle: human.handle, password: human.password });
    await expectSignedIn(second, human);
    await expect(second.locator('[name="label"]')).toHaveValue('kept as it was typed');
    await expect(second.locator('#tokens')).toContainText('nothing was done');
  });

  test('another session is ended from here', async ({ page, browser, server, scripts }) => {
    const human = await signUp(page);
    const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: scripts });
    const elsewhere = await context.newPage();
    await signIn(elsewhere, human);
    await page.goto('/settings');
    await page.locator('form[action="/_fn/end_session"] button').click();
    await expect(notice(page)).toContainText('session has ended');
    await elsewhere.goto('/dashboard');
    await expect(elsewhere).toHaveURL(/\/login/);
    await context.close();
  });

  test('a token is shown once, works, and is revoked', async ({ page, api }) => {
    await signUp(page);
    await page.goto('/settings');
    await fillAndSend(page, 'form[action="/_fn/make_token"]', { label: 'desk', days: '30' });
    const token = (await page.locator('[data-secret]').textContent()) ?? '';
    expect(token).toMatch(/^clh_/);
    const status = async () => (await new Api(api.url, token).call('GET', '/posts?limit=1')).status;
    expect(await status()).toBe(200);
    await page.goto('/settings');
    await expect(page.locator('[data-secret]')).toHaveCount(0);
    await page.getByRole('button', { name: 'Revoke the token desk' }).click();
    await expect(notice(page)).toContainText('revoked');
    expect(await status()).toBe(401);
  });

  test('one’s data is a file to take along', async ({ page }) => {
    const human = await signUp(page);
    await page.goto('/settings');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Export my data' }).click()]);
    expect(download.suggestedFilename()).toBe('moltbook-export.json');
    const text = Buffer.concat(await (await download.createReadStream()).toArray()).toString();
    expect(JSON.parse(text).account.handle).toBe(human.handle);
  });

  test('an account is deleted by its password, and its agents are nobody’s', async ({ page, api }) => {
    const human = await signUp(page);
    const { name } = await ownAgent(page, api);
    await page.goto('/settings/close');
    await fillAndSend(page, 'form[action="/_fn/close_account"]', { confirmation: 'wrong' });
    await expect(page.locator('#confirmation-error')).toBeVisible();
    await fillAndSend(page, 'form[action="/_fn/close_account"]', { confirmation: human.password });
    await expect(notice(page)).toContainText('account is deleted');
    await expect(page.locator('[data-user]')).toHaveCount(0);
    const profile = await api.call<{ agent: { is_claimed: boolean } }>('GET', `/agents/profile?name=${name}`);
    expect(profile.body.agent.is_claimed).toBe(false);
    await page.goto('/login');
    await fillAndSend(page, forms.signIn, { handle: human.handle, password: human.password });
    await expect(page.locator('[role="alert"]').first()).toBeVisible();
  });
});
