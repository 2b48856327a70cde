/** The demo as `npm start` serves it: one click leads through every screen, and what was opened once opens offline. */
import { expect, test, type Page } from '@playwright/test';
import type { DemoServer } from '../run/demo-server.ts';
import { complaintsOf } from './complaints.ts';
import { openDemo } from './demo-stage.ts';
import { answer, choose, figures, install, openSnapshot, protect, run, signInAs, unlock } from './journey.ts';

const admin = 'ada@contoso.example';

test('the demo: through every screen without a complaint of the browser, then again with the server stopped', async () => {
  const stage = await openDemo();
  const { page, context, demo } = stage;
  try {
    const complaints = await complaintsOf(context);
    await page.goto(demo.app.url);
    await page.getByRole('button', { name: 'Try the demo tenant' }).click();
    await signInAs(page, admin, () => page.getByRole('button', { name: 'Sign in with Microsoft' }).click());
    await expect(page.getByRole('heading', { name: 'What stops a backup' })).toBeVisible({ timeout: 60_000 });
    await install(page, admin, /Read-only, restore on demand/);
    await choose(page, [admin]);
    await protect(page, 'opfs');
    expect(await run(page)).toMatchObject({ Skipped: '0', Failed: '0' });

    await page.getByRole('link', { name: 'Browse the backup' }).click();
    await openSnapshot(page, admin, 'Mail');
    await readFirstMail(page);
    await putBackWithBorrowedRight(page, demo);
    expect(demo.tenant.world.outbox.sent).toEqual([]);

    expect(complaints).toEqual([]);
    await expectHeard(page, complaints);
    await readWithoutServer(page, demo);
  } finally {
    await stage.close();
  }
});

async function readFirstMail(page: Page): Promise<void> {
  await page.getByRole('listbox', { name: 'Items of the folder' }).getByRole('option').first().click();
  await expect(page.frameLocator('iframe[title="Text of the mail"]').locator('body')).not.toBeEmpty();
}

async function readWithoutServer(page: Page, demo: DemoServer): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await demo.close();
  await page.goto(`${demo.app.url}/backups`);
  await page.reload();
  await page.getByRole('link', { name: 'Unlock' }).click();
  await unlock(page);
  await openSnapshot(page, admin, 'Mail');
  await readFirstMail(page);
}

/** The recommended profile may not write: it says so, is lent the right for one restore, and proves that it is gone. */
async function putBackWithBorrowedRight(page: Page, demo: DemoServer): Promise<void> {
  page.on('popup', (popup) => void answer(popup, admin));
  await page.getByRole('button', { name: 'Put back…', exact: true }).click();
  await page.getByRole('button', { name: 'Put back exactly this' }).click();
  await expect(page.getByRole('heading', { name: 'The backup app may only read' })).toBeVisible();
  await expect(page.getByText('Files.ReadWrite.All')).toBeHidden();
  await expect(page.getByText('Mail.ReadWrite')).toBeVisible();
  await page.getByRole('button', { name: 'Allow writing and go on' }).click();
  await lookElsewhere(page, demo);
  await expect(page.getByRole('heading', { name: 'Report' })).toBeVisible({ timeout: 60_000 });
  expect(await figures(page)).toMatchObject({ Failed: '0' });
  await expect(page.getByText('The right to write is taken back')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('no longer assigns Mail.ReadWrite')).toBeVisible();
}

/** A restore that works is not lost by looking at something else: a line leads back to it. */
async function lookElsewhere(page: Page, demo: DemoServer): Promise<void> {
  await page.getByRole('heading', { name: 'Putting back' }).waitFor();
  demo.tenant.world.pace.latencyMs = 2_000;
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('button', { name: 'Sign out of Holdfast' })).toBeDisabled();
  await page.getByRole('link', { name: /Putting back: \d of 1 items/ }).click();
  demo.tenant.world.pace.latencyMs = 0;
}

/** The ear is not deaf: what the policy forbids is heard from the page and from the engine's worker. */
async function expectHeard(page: Page, complaints: readonly string[]): Promise<void> {
  await page.evaluate(() => fetch('https://elsewhere.test/from-the-page').catch(() => undefined));
  for (const worker of page.workers())
    await worker.evaluate(() => fetch('https://elsewhere.test/from-a-worker').catch(() => undefined));
  for (const address of ['from-the-page', 'from-a-worker'])
    await expect.poll(() => complaints.some((line) => line.includes(address))).toBe(true);
}
