// What every test gets: a server per worker, a seeded world on it, and a gate that fails the test on any error in the browser.
import { test as base, expect } from '@playwright/test';
import { Api } from './api.ts';
import { Gate } from './gate.ts';
import { secretsKept } from './secrets.ts';
import { type Server, startServer } from './server.ts';
import { type World, seed } from './world.ts';

interface OfTest {
  gate: Gate;
  api: Api;
  /** Whether this project runs scripts. */
  scripts: boolean;
}

interface OfWorker {
  /** Each file names itself: files with different names share no server, so none finds what another one left. */
  suite: string;
  server: Server;
  world: World;
}

export const test = base.extend<OfTest, OfWorker>({
  suite: ['', { scope: 'worker', option: true }],
  server: [
    async ({}, use) => {
      const server = await startServer({ env: { LOG: 'debug' } });
      await use(server);
      const kept = secretsKept(server.printed(), server.folder);
      await server.stop();
      expect(kept, 'secrets in the log or the database').toEqual([]);
    },
    { scope: 'worker' },
  ],
  world: [async ({ server }, use) => use(await seed(new Api(server.url))), { scope: 'worker' }],
  baseURL: async ({ server }, use) => use(server.url),
  api: async ({ server }, use) => use(new Api(server.url)),
  scripts: async ({ javaScriptEnabled }, use) => use(javaScriptEnabled !== false),
  gate: [
    async ({ context, scripts }, use) => {
      const gate = new Gate();
      await gate.watch(context, scripts);
      await use(gate);
      expect(gate.problems, 'errors in the browser').toEqual([]);
      expect(gate.dialogs, 'dialogs').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
