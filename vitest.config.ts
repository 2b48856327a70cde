import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromium } from './tests/run/chromium.ts';

const browser = chromium();

export default defineConfig({
  test: {
    // One processor is left idle otherwise: of two that is half the time.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'node',
          include: ['tests/{unit,property,contract,vectors,architecture}/**/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        // The application's own plugin would start the whole application.
        plugins: [svelte({ configFile: false })],
        // Found only once a worker runs: bundling them then would reload the page in the middle of a test.
        optimizeDeps: { include: ['@microsoft/microsoft-graph-client', 'client-zip', 'postal-mime'] },
        test: {
          name: 'chromium',
          include: ['tests/browser/**/*.test.ts'],
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: browser }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
