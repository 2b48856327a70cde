/** The engine's worker is bound by a policy of its own, also where the host sends no headers. */
import { expect, test } from '@playwright/test';
import { chromium as browserType } from 'playwright';
import { startAppServer } from '../run/app-server.ts';
import { chromium } from '../run/chromium.ts';

for (const bare of [false, true]) {
  test(`the worker has its policy on a host ${bare ? 'without' : 'with'} headers`, async () => {
    const app = await startAppServer({ port: 0, bare, config: () => undefined });
    const browser = await browserType.launch(chromium());
    try {
      const page = await browser.newPage();
      await page.goto(app.url);
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
      await page.reload();
      const controlled = await page.evaluate(() => navigator.serviceWorker.controller !== null);
      expect(controlled).toBe(true);
      await page.getByRole('button', { name: /Open a backup/ }).click();
      await expect(page.getByText('This browser knows no backup yet')).toBeVisible();
      const policy = await page.evaluate(async () => {
        const entries = performance.getEntriesByType('resource').map(({ name }) => name);
        const worker = entries.find((name) => name.includes('/immutable/workers/engine'));
        return worker ? (await fetch(worker)).headers.get('content-security-policy') : 'no worker was loaded';
      });
      expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
      expect(policy).toContain("default-src 'none'");
    } finally {
      await browser.close();
      await app.close();
    }
  });
}
