// axe finds nothing on any page, in either theme, signed in or not.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/fixtures.ts';
import { fillAndSend, forms, ownAgent, signInAsAdmin, signOut, signUp } from '../support/human.ts';
import { adminPages, ownPages, publicPages, themes } from '../support/pages.ts';

test.use({ suite: 'a11y' });

async function violations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
  const all = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${kind(node.target.join(' '))}: ${node.failureSummary?.split('\n')[1]?.trim()}`));
  return [...new Set(all)];
}

/** A selector without what differs from row to row, so that a fault of every row is told once. */
function kind(selector: string): string {
  return selector.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID').replace(/:nth-child\(\d+\)/g, '').replace(/\[href\$="[^"]*"\]/g, '');
}

for (const theme of themes) {
  test(`nothing is wrong on any page, ${theme}`, async ({ page, context, server, world, api, gate }) => {
    test.setTimeout(180_000);
    gate.allowStatus(400, 404, 422);
    await context.addCookies([{ name: 'theme', value: theme, url: server.url }]);
    const wrong = new Map<string, string[]>();
    const look = async (name: string) => {
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
      for (const one of await violations(page)) {
        const known = one.replace(/\d+(\.\d+)?px/g, 'N px');
        wrong.set(known, [...(wrong.get(known) ?? []), name]);
      }
    };
    const pages = await publicPages(world);
    for (const { name, path } of pages) {
      await page.goto(path);
      await look(name);
    }
    await page.goto('/signup');
    await fillAndSend(page, forms.signUp, { handle: 'not a name!', password: 'short' });
    await expect(page.locator('[id="handle-error"]')).toBeVisible();
    await look('signup-refused');
    await signUp(page);
    for (const { name, path } of pages.filter(({ name }) => ['home', 'post', 'agent', 'claim', 'submolt'].includes(name))) {
      await page.goto(path);
      await look(`${name}-signed-in`);
    }
    for (const { name, path } of ownPages((await ownAgent(page, api)).name)) {
      await page.goto(path);
      await look(name);
    }
    await signOut(page);
    await signInAsAdmin(page, server);
    for (const { name, path } of adminPages) {
      await page.goto(path);
      await look(name);
    }
    expect([...wrong].map(([one, where]) => `${one} (${where.join(', ')})`)).toEqual([]);
  });
}

test('every control can be reached and seen by the keyboard', async ({ page, world }) => {
  await page.goto(`/post/${world.thread.id}`);
  const controls = await page.locator('a[href]:visible, button:visible, summary:visible, input:visible:not([type="hidden"])').count();
  const reached = new Set<string>();
  const unseen: string[] = [];
  for (let n = 0; n < controls + 5; n++) {
    await page.keyboard.press('Tab');
    const focus = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const style = getComputedStyle(element);
      const seen = style.outlineStyle !== 'none' || style.boxShadow !== 'none';
      return { what: element.outerHTML.slice(0, 120), at: [...document.querySelectorAll('*')].indexOf(element), seen };
    });
    if (!focus) continue;
    reached.add(String(focus.at));
    if (!focus.seen) unseen.push(focus.what);
  }
  expect(unseen).toEqual([]);
  expect(reached.size).toBeGreaterThanOrEqual(controls);
});

test('headings go down one level at a time', async ({ page, world }) => {
  for (const { path, name } of await publicPages(world)) {
    if (name === 'not-found') continue;
    await page.goto(path);
    const levels = await page.locator('h1, h2, h3, h4, h5, h6').evaluateAll((all) => all.map((one) => Number(one.localName[1])));
    expect(levels[0], path).toBe(1);
    expect(levels.filter((level) => level === 1), path).toHaveLength(1);
  }
});
