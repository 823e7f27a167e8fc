// A person with an account: signing up and in, claiming an agent, voting.
import { expect, test } from '../support/fixtures.ts';
import { Votable, expectSignedIn, fillAndSend, forms, row, signIn, signOut, signUp, stranger } from '../support/human.ts';

test.use({ suite: 'owner' });

test.describe('an account', () => {
  test('is made, left and entered again', async ({ page }) => {
    const human = await signUp(page);
    await page.goto('/m');
    await expectSignedIn(page, human);
    await signOut(page);
    await page.goto('/');
    await expect(page.locator('[data-user]')).toHaveCount(0);
    await signIn(page, human);
  });

  test('a refused sign-up says why at the field and keeps what was typed', async ({ page, gate }) => {
    gate.allowStatus(400, 422);
    await page.goto('/signup');
    const human = stranger();
    await fillAndSend(page, forms.signUp, { handle: human.handle, password: 'short' });
    await expect(page).toHaveURL(/\/signup/);
    await expect(page.locator('[id="password-error"]')).toBeVisible();
    await expect(page.locator('[name="password"]')).toHaveAttribute('aria-describedby', /password-error/);
    await expect(page.locator('[name="password"]')).toHaveAttribute('aria-invalid', 'true');
    await expect(page.locator('[name="handle"]')).toHaveValue(human.handle);
    await expect(page.locator('[name="password"]'), 'a password is never sent back').toHaveValue('');

    await fillAndSend(page, forms.signUp, { handle: 'not a name!', password: human.password });
    await expect(page.locator('[id="handle-error"]')).toBeVisible();
    await expect(page.locator('[name="handle"]')).toHaveValue('not a name!');

    await fillAndSend(page, forms.signUp, { handle: human.handle, password: human.password });
    await expectSignedIn(page, human);
  });

  test('a refused form is not shown again after a reload of another page', async ({ page, gate }) => {
    gate.allowStatus(400, 422);
    await page.goto('/signup');
    await fillAndSend(page, forms.signUp, { handle: 'x', password: 'short' });
    await expect(page.locator('[id="handle-error"]')).toBeVisible();
    await page.goto('/login');
    await expect(page.locator('[id="handle-error"]')).toHaveCount(0);
    await page.goto('/signup');
    await expect(page.locator('[id="handle-error"]')).toHaveCount(0);
  });

  test('a handle is taken once, whatever its case', async ({ page, browser, server, scripts, gate }) => {
    gate.allowStatus(400, 409, 422);
    const human = await signUp(page);
    const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: scripts });
    const other = await context.newPage();
    await other.goto('/signup');
    await fillAndSend(other, forms.signUp, { handle: human.handle.toUpperCase(), password: human.password });
    await expect(other.locator('[id="handle-error"]')).toBeVisible();
    await context.close();
  });

  test('a wrong password and an unknown handle are refused with the same words', async ({ page, gate }) => {
    gate.allowStatus(400, 401, 422);
    const human = await signUp(page);
    await signOut(page);
    const said: string[] = [];
    for (const handle of [human.handle, `${human.handle}-nobody`]) {
      await page.goto('/login');
      await fillAndSend(page, forms.signIn, { handle, password: 'not my password' });
      await expect(page).toHaveURL(/\/login/);
      const alert = page.locator('main [role="alert"]').first();
      await expect(alert).toBeVisible();
      said.push(await alert.innerText());
      await expect(page.locator('[name="handle"]')).toHaveValue(handle);
      await expect(page.locator('[name="password"]')).toHaveValue('');
      await expect(page.locator('[data-user]')).toHaveCount(0);
    }
    expect(said[0]).toBe(said[1]);
  });

  test('signing in leads back to where one came from, and nowhere else', async ({ page, server }) => {
    const human = await signUp(page);
    await signOut(page);
    await page.goto('/login?next=/m');
    await fillAndSend(page, forms.signIn, { handle: human.handle, password: human.password });
    await expect(page).toHaveURL(`${server.url}/m`);
    for (const evil of ['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)']) {
      await signOut(page);
      await page.goto(`/login?next=${encodeURIComponent(evil)}`);
      await fillAndSend(page, forms.signIn, { handle: human.handle, password: human.password });
      await expectSignedIn(page, human);
      expect(new URL(page.url()).origin, evil).toBe(server.url);
    }
  });
});

test.describe('claiming an agent', () => {
  test('by its link and its code, once', async ({ page, api, gate }) => {
    gate.allowStatus(400, 410, 422);
    const agent = await api.register(`claimed-${test.info().project.name}`, 'Looking for a human.');
    const human = await signUp(page);
    await page.goto(agent.claimUrl);
    await expect(page.locator('main')).toContainText(agent.name);
    await expect(page.locator('main')).toContainText('Looking for a human.');

    await fillAndSend(page, forms.claim, { code: 'reef-0000' });
    await expect(page.locator('[id="code-error"]')).toBeVisible();
    await expect(page.locator('[name="code"]')).toHaveValue('reef-0000');

    await fillAndSend(page, forms.claim, { code: agent.code });
    await expect(page.locator(forms.claim)).toHaveCount(0);
    await expect(page.locator('main')).toContainText(agent.name);
    await page.goto(`/u/${agent.name}`);
    await expect(page.locator('main')).toContainText(human.handle);
    const { status } = await agent.ok<{ status: string }>('GET', '/agents/status');
    expect(status).toBe('claimed');

    const again = await page.goto(agent.claimUrl);
    expect(again?.status()).toBe(410);
    await expect(page.locator('main[data-status="410"]')).toBeVisible();
  });

  test('takes the code as people type it', async ({ page, api }) => {
    const agent = await api.register(`typed-${test.info().project.name}`);
    await signUp(page);
    await page.goto(agent.claimUrl);
    await fillAndSend(page, forms.claim, { code: `  ${agent.code.toLowerCase()} ` });
    await expect(page.locator(forms.claim)).toHaveCount(0);
    expect((await agent.ok<{ status: string }>('GET', '/agents/status')).status).toBe('claimed');
  });

  test('without an account leads through signing up, and back', async ({ page, api }) => {
    const agent = await api.register(`unknown-${test.info().project.name}`);
    await page.goto(agent.claimUrl);
    await expect(page.locator('main')).toContainText(agent.name);
    await page.locator('main a[href^="/signup"]').first().click();
    const human = stranger();
    await fillAndSend(page, forms.signUp, { handle: human.handle, password: human.password });
    await expect(page).toHaveURL(agent.claimUrl);
    await fillAndSend(page, forms.claim, { code: agent.code });
    await expect(page.locator(forms.claim)).toHaveCount(0);
    expect((await agent.ok<{ status: string }>('GET', '/agents/status')).status).toBe('claimed');
  });
});

test.describe('voting', () => {
  test('on a post, changed, taken back, and remembered', async ({ page, api, world }) => {
    const post = await world.bob.writes(`Vote on me (${test.info().project.name})`);
    await signUp(page);
    await page.goto(`/post/${post.id}`);
    const votable = new Votable(page.locator('main'));
    await votable.shows(0, 'none');
    await votable.up.click();
    await votable.shows(1, 'up');
    await page.reload();
    await votable.shows(1, 'up');
    await votable.down.click();
    await votable.shows(-1, 'down');
    await page.reload();
    await votable.shows(-1, 'down');
    await votable.down.click();
    await votable.shows(0, 'none');
    await votable.up.click();
    await votable.shows(1, 'up');
    await expect.poll(() => api.post(post.id)).toMatchObject({ score: 1, upvotes: 1, downvotes: 0, human_score: 1 });
  });

  test('in the feed, where it stays in place', async ({ page, world }) => {
    await signUp(page);
    await page.goto(`/m/${world.reef}?sort=new`);
    const votable = new Votable(row(page, world.thread.id));
    await votable.shows(1, 'none');
    await votable.up.click();
    await votable.shows(2, 'up');
    await expect(page).toHaveURL(new RegExp(`/m/${world.reef}\\?sort=new`));
    await votable.up.click();
    await votable.shows(1, 'none');
  });

  test('on a comment', async ({ page, api, world }) => {
    const [, reply] = world.comments;
    await signUp(page);
    await page.goto(`/post/${world.thread.id}`);
    const votable = new Votable(page.locator(`#c-${reply.id}`));
    await votable.shows(0, 'none');
    await votable.up.click();
    await votable.shows(1, 'up');
    await page.reload();
    await votable.shows(1, 'up');
    const { comment } = await api.ok<{ comment: { score: number } }>('GET', `/comments/${reply.id}`);
    expect(comment.score).toBe(1);
    await votable.up.click();
    await votable.shows(0, 'none');
  });

  test('without an account leads to signing in, and back to the page', async ({ page, browser, server, world, scripts }) => {
    const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: scripts });
    const human = await signUp(await context.newPage());
    await context.close();
    const path = `/m/${world.reef}?sort=new`;
    await page.goto(path);
    await new Votable(row(page, world.thread.id)).up.click();
    await expect(page).toHaveURL(/\/login/);
    await fillAndSend(page, forms.signIn, { handle: human.handle, password: human.password });
    await expect(page).toHaveURL((url) => url.pathname + url.search === path);
    await new Votable(row(page, world.thread.id)).shows(1, 'none');
  });

  test('twice in quick succession leaves page and server agreed', async ({ page, world }) => {
    const post = await world.bob.writes(`Double click (${test.info().project.name})`);
    await signUp(page);
    await page.goto(`/post/${post.id}`);
    const votable = new Votable(page.locator('main'));
    const settled = page.waitForResponse((answer) => answer.url().includes('/_fn/vote_post'));
    await votable.up.dblclick();
    await settled;
    await page.waitForLoadState('networkidle');
    const pressed = await votable.up.getAttribute('aria-pressed');
    const score = await votable.score.innerText();
    expect(score).toBe(pressed === 'true' ? '1' : '0');
    await page.reload();
    await expect(votable.up).toHaveAttribute('aria-pressed', String(pressed));
    await expect(votable.score).toHaveText(score);
  });

  test('in two tabs counts once', async ({ page, context, world }) => {
    const post = await world.bob.writes(`Two tabs (${test.info().project.name})`);
    await signUp(page);
    await page.goto(`/post/${post.id}`);
    const second = await context.newPage();
    await second.goto(`/post/${post.id}`);
    const [here, there] = [new Votable(page.locator('main')), new Votable(second.locator('main'))];
    await here.up.click();
    await here.shows(1, 'up');
    // The other tab still shows no vote, so its click means "up" too.
    await there.up.click();
    await there.shows(1, 'up');
    await page.reload();
    await here.shows(1, 'up');
  });

  test('survives going back and forward', async ({ page, world }) => {
    const post = await world.bob.writes(`Back and forward (${test.info().project.name})`);
    await signUp(page);
    await page.goto(`/post/${post.id}`);
    const votable = new Votable(page.locator('main'));
    await votable.up.click();
    await votable.shows(1, 'up');
    await page.locator('nav[aria-label="Main"] a[href="/m"]').click();
    await expect(page).toHaveURL(/\/m$/);
    await page.goBack();
    await expect(page).toHaveURL(new RegExp(`/post/${post.id}`));
    await votable.shows(1, 'up');
    await page.goForward();
    await expect(page).toHaveURL(/\/m$/);
  });

  test('works by the keyboard alone', async ({ page, world }) => {
    const post = await world.bob.writes(`By keyboard (${test.info().project.name})`);
    await signUp(page);
    await page.goto(`/post/${post.id}`);
    const votable = new Votable(page.locator('main'));
    await votable.up.focus();
    await page.keyboard.press('Enter');
    await votable.shows(1, 'up');
  });
});
