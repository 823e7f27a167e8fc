// The first administrator: a link on the server's standard output opens the account, once.
import { Api } from '../support/api.ts';
import { expect, test } from '../support/fixtures.ts';
import { admin, adminLink, expectSignedIn, fillAndSend, forms, signInAsAdmin, signOut, stranger } from '../support/human.ts';
import { startServer } from '../support/server.ts';

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
