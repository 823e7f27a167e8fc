// What no page may do: log an error, fail a request, break the content security policy, open a dialog.
import type { BrowserContext, Page } from '@playwright/test';

export class Gate {
  readonly problems: string[] = [];
  readonly dialogs: string[] = [];
  private readonly allowed: RegExp[] = [];

  /** Watches every page of the context, those to come included. A browser without scripts refuses to load them. */
  async watch(context: BrowserContext, scripts: boolean): Promise<void> {
    context.on('console', (message) => {
      if (message.type() === 'error') this.note(`console: ${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error) => this.note(`uncaught: ${error.error().message}`));
    context.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? 'unknown';
      if (!scripts && request.resourceType() === 'script') return;
      // A page that is left in the middle of a request cancels it; so does a download or a 204.
      if (why !== 'net::ERR_ABORTED') this.note(`failed: ${request.method()} ${request.url()}: ${why}`);
    });
    context.on('dialog', async (dialog) => {
      this.dialogs.push(`${dialog.type()}: ${dialog.message()}`);
      await dialog.dismiss();
    });
    await context.exposeBinding('__violated', (_, what: string) => this.note(`policy: ${what}`)).catch(() => undefined);
    await context.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) => {
        const told = (window as unknown as { __violated?: (what: string) => void }).__violated;
        told?.(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
  }

  /** A problem that this test brings about on purpose: the browser logs the status of a page that is an error page. */
  allowStatus(...codes: number[]): void {
    for (const code of codes) this.allowed.push(new RegExp(`the server responded with a status of ${code}`));
  }

  private note(problem: string): void {
    if (!this.allowed.some((pattern) => pattern.test(problem))) this.problems.push(problem);
  }
}

/** Opens a page and returns its status. */
export async function open(page: Page, path: string): Promise<number> {
  const answer = await page.goto(path);
  return answer?.status() ?? 0;
}
