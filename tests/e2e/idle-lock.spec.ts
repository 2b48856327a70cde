/** A backup that nobody uses locks itself, and no screen stays open over it. */
import { expect, test } from '@playwright/test';
import { check, choose, install, protect, run } from './journey.ts';
import { openStage } from './stage.ts';

const admin = 'ada@contoso.example';

/** A quarter of an hour passes when it is told to, and what looks every minute looks every half second. */
const hurried = `
let ahead = 0;
const { now } = Date;
Date.now = () => now() + ahead;
new BroadcastChannel('later').onmessage = () => { ahead = 16 * 60_000; };
const { setInterval: every } = globalThis;
globalThis.setInterval = (work, ms, ...given) => every(work, Math.min(ms, 500), ...given);
`;

test('the screen of a verification closes with its backup', async () => {
  const stage = await openStage({ inWorker: hurried });
  try {
    const { page } = await stage.open();
    await page.addInitScript({ content: hurried });
    await page.goto(stage.app.url);
    await check(page, admin);
    await install(page, admin, /Read-only, restore on demand/);
    await choose(page, [admin]);
    await protect(page, 'opfs');
    await run(page);
    await page.getByRole('link', { name: 'Verify' }).click();
    await page.getByRole('button', { name: 'Verify now' }).click();
    await expect(page.getByText(/^All .* parts are sound$/)).toBeVisible({ timeout: 60_000 });
    await page.evaluate(() => new BroadcastChannel('later').postMessage(true));
    await expect(page.getByRole('button', { name: 'Unlock' })).toBeVisible();
    await expect(page.getByText(/parts are sound$/)).toBeHidden();
  } finally {
    await stage.close();
  }
});
