// Two browsers: one that runs the site's WebAssembly, and one without any script.
import { defineConfig } from '@playwright/test';
import { launchOptions } from './support/browser.ts';

// What measures the browser itself, or attacks it, has nothing to find where scripts are off.
const scriptsOnly = ['a11y.spec.ts', 'author.spec.ts', 'budgets.spec.ts', 'live.spec.ts', 'security-*.spec.ts'].map((name) => `**/${name}`);

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  // A flaky test is a bug report.
  retries: 0,
  workers: 2,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  expect: { timeout: 5_000 },
  reporter: [['list']],
  // A trace of every step is worth its price only while somebody looks for a fault: TRACE=1.
  use: { launchOptions, screenshot: 'only-on-failure', trace: process.env.TRACE ? 'retain-on-failure' : 'off' },
  projects: [
    { name: 'wasm', use: { javaScriptEnabled: true } },
    { name: 'no-js', use: { javaScriptEnabled: false }, testIgnore: scriptsOnly },
  ],
});
