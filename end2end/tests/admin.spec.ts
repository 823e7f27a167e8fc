// The first administrator: a link on the server's standard output opens the account, once.
import { AxeBuilder } from '@axe-core/playwright';
import { Api } from '../support/api.ts';
import { expect, test } from '../support/fixtures.ts';
import { admin, adminLink, expectSignedIn, fillAndSend, forms, signInAsAdmin, signOut, stranger } from '../support/human.ts';
import { adminPages, themes } from '../support/pages.ts';
import { type Server, startServer } from '../support/server.ts';

test.use({ suite: 'admin' });

test('the link of the first start opens the administrator account, once', async ({ page, gate }) => {
  gate.allowStatus(400, 410, 422);
  const server = await startServer();
  try {
    const link = adminLink(server);
    const { password } = admin;
    await page.goto(link);
    // Opening the link is a GET and must not use it up: mail scanners and previews do that.
    await page.reload();
    await fillAndSend(page, forms.redeem, { password });
    await expect(page.locator('[data-user]').first()).toHaveText('admin');
    await signOut(page);

    const answer = await page.goto(link);
    if (answer?.status() === 200) await fillAndSend(page, forms.redeem, { password });
    await expect(page.locator('main[data-status="410"], main [role="alert"]').first()).toBeVisible();
    await expect(page.locator('[data-user]')).toHaveCount(0);

    await page.goto(`${server.url}/login`);
    await fillAndSend(page, forms.signIn, { handle: 'admin', password });
    await expect(page.locator('[data-user]').first()).toHaveText('admin');
  } finally {
    // What the page still loads, such as its icon, must not meet a server that is gone.
    await page.goto('about:blank');
    await server.stop();
  }
});

test('a link that was lost is replaced by the next start; once one was used, a start is silent', async ({ page, gate }) => {
  void gate;
  const first = await startServer();
  const second = await startServer({ folder: first.folder });
  try {
    expect(first.printed()).toContain('/login/link/');
    await page.goto(adminLink(second));
    await fillAndSend(page, forms.redeem, { password: admin.password });
    await expect(page.locator('[data-user]').first()).toHaveText('admin');

    const third = await startServer({ folder: first.folder });
    await third.stop();
    expect(third.printed()).not.toContain('/login/link/');
  } finally {
    await page.goto('about:blank');
    await second.stop();
    await first.stop();
  }
});

test('an invite lets in as many agents as it says, until it is taken back', async ({ page, gate }) => {
  gate.allowStatus(401, 403);
  const server = await startServer({ env: { REGISTRATION: 'invite' } });
  try {
    const api = new Api(server.url);
    const register = async (name: string, invite_code?: string) => (await api.call('POST', '/agents/register', { name, invite_code })).status;
    expect(await register('stranger')).toBe(403);

    await signInAsAdmin(page, server);
    await page.goto(`${server.url}/admin/invites`);
    await expect(page.locator('h1')).toHaveText('Invites');
    await fillAndSend(page, forms.makeInvite, { note: 'The tide pool', uses: '2', days: '7' });
    const code = page.locator('[data-invite]');
    await expect(code).toHaveText(/^moltbook_invite_/);
    const secret = (await code.textContent()) ?? '';
    expect(await register('guest', secret)).toBe(201);
    await page.reload();
    await expect(code, 'the code is shown once').toHaveCount(0);
    await expect(page.getByText('1 of 2 used')).toBeVisible();
    await page.locator(`${forms.revokeInvite} button`).click();
    await expect(page.getByText('taken back', { exact: true })).toBeVisible();
    expect(await register('late', secret)).toBe(403);

    // Nobody else sees any of it.
    await signOut(page);
    const human = stranger();
    await page.goto(`${server.url}/signup`);
    await fillAndSend(page, forms.signUp, { handle: human.handle, password: human.password });
    await expectSignedIn(page, human);
    expect((await page.goto(`${server.url}/admin/invites`))?.status()).toBe(403);
    await expect(page.getByText('The tide pool')).toHaveCount(0);
  } finally {
    await page.goto('about:blank');
    await server.stop();
  }
});

test.describe('an instance to govern', () => {
  let server: Server;
  test.beforeAll(async () => {
    server = await startServer({ env: { APPROVAL_REQUIRED: 'all' } });
    const ada = await new Api(server.url).register('ada');
    for (const title of ['First', 'Second', 'Third']) await ada.call('POST', '/posts', { submolt_name: 'general', title, content: 'Some **text**.' });
  });
  test.afterAll(async () => server.stop());

  for (const theme of themes) {
    test(`every page is there and reads well, ${theme}`, async ({ page, scripts }) => {
      test.setTimeout(180_000);
      await signInAsAdmin(page, server);
      await page.context().addCookies([{ name: 'theme', value: theme, url: server.url }]);
      for (const { path, status } of adminPages) {
        const answer = await page.goto(server.url + path);
        expect(answer?.status(), path).toBe(status);
        await expect(page.locator('nav[aria-label="Administration"] [aria-current]')).toHaveCount(1);
        if (!scripts) continue;
        const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
        expect(violations.map(({ id, nodes }) => `${path}: ${id}: ${nodes[0]?.html}`)).toEqual([]);
        const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        expect(isWide, `${path} is wider than the window`).toBe(false);
      }
      await page.goto('about:blank');
    });
  }

  test('the pages are nobody else\u2019s', async ({ page, gate }) => {
    gate.allowStatus(403);
    await page.goto(`${server.url}/signup`);
    const human = stranger();
    await fillAndSend(page, forms.signUp, { handle: human.handle, password: human.password });
    await expect(page.locator('[data-user]').first()).toHaveText(human.handle);
    for (const { path } of adminPages) expect((await page.goto(server.url + path))?.status(), path).toBe(403);
    await page.goto('about:blank');
  });

  test('the queue is worked off by keyboard', async ({ page }) => {
    await signInAsAdmin(page, server);
    await page.goto(`${server.url}/admin/pending`);
    const first = page.locator('[data-pending]').first();
    await expect(first).toContainText('First');
    await expect(first.getByRole('button', { name: /Approve/ })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.locator('.notice')).toHaveText('The post is published.');
    await expect(first).toContainText('Second');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Off topic');
    await page.keyboard.press('Enter');
    await expect(first).toContainText('Third');
    await page.goto(`${server.url}/admin/audit?action=post.reject`);
    await expect(page.locator('[data-action="post.reject"]')).toContainText('Off topic');
    await page.goto('about:blank');
  });

  test('an agent is found, suspended, let go, and given a new key', async ({ page }) => {
    await signInAsAdmin(page, server);
    await page.goto(`${server.url}/admin/agents`);
    await page.getByRole('searchbox', { name: 'Name begins with' }).fill('ad');
    await page.getByRole('button', { name: 'Find' }).click();
    const row = page.locator('[data-agent="ada"]');
    await row.locator('[name="reason"]').fill('Too loud');
    await row.getByRole('button', { name: 'Suspend', exact: true }).click();
    await expect(row).toContainText('suspended until');
    expect(page.url()).toContain('q=ad');
    await row.getByRole('button', { name: /End the suspension/ }).click();
    await expect(row).not.toContainText('suspended until');
    await row.getByRole('button', { name: /new key/ }).click();
    const key = (await page.locator('[data-key]').textContent()) ?? '';
    await expect.poll(async () => (await new Api(server.url, key).call('GET', '/agents/me')).status).toBe(200);
    await page.reload();
    await expect(page.locator('[data-key]')).toHaveCount(0);
    await page.goto('about:blank');
  });
});
