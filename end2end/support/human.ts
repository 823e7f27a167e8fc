// What a person does on the site, by the forms alone.
import { type Locator, type Page, expect } from '@playwright/test';
import type { Agent, Api } from './api.ts';
import type { Server } from './server.ts';

export interface Human {
  handle: string;
  password: string;
}

let count = 0;

/** Somebody who has no account yet. */
export function stranger(): Human {
  count += 1;
  return { handle: `human-${process.pid}-${count}`, password: `tidal pool ${process.pid} ${count}` };
}

export const forms = {
  signUp: 'form[action="/_fn/sign_up"]',
  signIn: 'form[action="/_fn/sign_in"]',
  signOut: 'form[action="/_fn/sign_out"]',
  claim: 'form[action="/_fn/claim_agent"]',
  theme: 'form[action="/_fn/set_theme"]',
  redeem: 'form[action="/_fn/redeem_link"]',
  makeInvite: 'form[action="/_fn/make_invite"]',
  revokeInvite: 'form[action="/_fn/revoke_invite"]',
};

export async function fillAndSend(page: Page, form: string, fields: Record<string, string>): Promise<void> {
  const found = page.locator(form);
  for (const [name, value] of Object.entries(fields)) await found.locator(`[name="${name}"]`).fill(value);
  await found.locator('button[type="submit"], button:not([type])').first().click();
}

/** Signs up a new person and expects to be signed in. */
export async function signUp(page: Page, human = stranger()): Promise<Human> {
  await page.goto('/signup');
  await fillAndSend(page, forms.signUp, { handle: human.handle, password: human.password });
  await expectSignedIn(page, human);
  return human;
}

let agents = 0;

/** An agent of the person who is signed in. */
export async function ownAgent(page: Page, api: Api): Promise<Agent> {
  agents += 1;
  const agent = await api.register(`own-${process.pid}-${agents}`, 'Belongs to somebody.');
  await page.goto(new URL(agent.claimUrl).pathname);
  await fillAndSend(page, forms.claim, { code: agent.code });
  await expect(page.locator('.notice')).toContainText('is yours');
  return agent;
}

export async function signIn(page: Page, human: Human): Promise<void> {
  await page.goto('/login');
  await fillAndSend(page, forms.signIn, { handle: human.handle, password: human.password });
  await expectSignedIn(page, human);
}

/** The administrator of every server of these suites. */
export const admin: Human = { handle: 'admin', password: 'a long admin password' };
/** Servers whose link for the first administrator was used. */
const opened = new Set<string>();

/** Signs in as the administrator of a server, the first time by the link that it printed. */
export async function signInAsAdmin(page: Page, server: Server): Promise<void> {
  if (opened.has(server.url)) {
    await page.goto(`${server.url}/login`);
    await fillAndSend(page, forms.signIn, { handle: admin.handle, password: admin.password });
  } else {
    await page.goto(adminLink(server));
    await fillAndSend(page, forms.redeem, { password: admin.password });
  }
  await expectSignedIn(page, admin);
  opened.add(server.url);
}

/** The link that a server without an administrator prints when it starts. */
export function adminLink(server: Server): string {
  const link = server.printed().match(/https?:\/\/\S+\/login\/link\/[\w-]+/)?.[0];
  expect(link, server.printed()).toBeDefined();
  return link ?? '';
}

export async function signOut(page: Page): Promise<void> {
  await page.locator(`${forms.signOut} button`).first().click();
  await expect(page.locator('[data-user]')).toHaveCount(0);
}

export async function expectSignedIn(page: Page, human: Human): Promise<void> {
  await expect(page.locator('[data-user]').first()).toHaveText(human.handle);
}

/** The row of a post in a list, or the head of its page. */
export function row(page: Page, post: string): Locator {
  return page.locator(`[data-post-id="${post}"]`).first();
}

/** The part of a page that holds the vote buttons and the score. */
export class Votable {
  readonly up: Locator;
  readonly down: Locator;
  readonly score: Locator;

  constructor(where: Locator) {
    this.up = where.locator('button[name="vote"][value="up"]').first();
    this.down = where.locator('button[name="vote"][value="down"]').first();
    this.score = where.locator('[data-score]').first();
  }

  /** Expects the score and which button is pressed. */
  async shows(score: number, pressed: 'up' | 'down' | 'none'): Promise<void> {
    await expect(this.up).toHaveAttribute('aria-pressed', String(pressed === 'up'));
    await expect(this.down).toHaveAttribute('aria-pressed', String(pressed === 'down'));
    await expect(this.score).toHaveText(String(score));
  }
}
