// The first administrator: a link on the server's standard output opens the account, once.
import { expect, test } from '../support/fixtures.ts';
import { fillAndSend, forms, signOut } from '../support/human.ts';
import { startServer } from '../support/server.ts';

test.use({ suite: 'admin' });

test('the link of the first start opens the administrator account, once', async ({ page, gate }) => {
  gate.allowStatus(400, 410, 422);
  const server = await startServer();
  try {
    const link = server.printed().match(/https?:\/\/\S+\/login\/link\/[\w-]+/)?.[0];
    expect(link, server.printed()).toBeDefined();
    const password = 'a long admin password';
    await page.goto(link ?? '');
    // Opening the link is a GET and must not use it up: mail scanners and previews do that.
    await page.reload();
    await fillAndSend(page, forms.redeem, { password });
    await expect(page.locator('[data-user]').first()).toHaveText('admin');
    await signOut(page);

    const answer = await page.goto(link ?? '');
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
    const link = second.printed().match(/https?:\/\/\S+\/login\/link\/[\w-]+/)?.[0];
    await page.goto(link ?? '');
    await fillAndSend(page, forms.redeem, { password: 'a long admin password' });
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
