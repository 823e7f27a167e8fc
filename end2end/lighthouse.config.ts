// Lighthouse on the demo world: one page at a time, nothing beside it.
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'lighthouse',
  outputDir: 'test-results/lighthouse',
  retries: 0,
  workers: 1,
  timeout: 1_800_000,
  reporter: [['line']],
});
