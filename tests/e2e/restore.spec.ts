/** Putting back when something is in the way: nothing to put back, a refusal, a right to be lent, second thoughts. */
import { expect, test, type Page } from '@playwright/test';
import { openDemo, type DemoStage } from './demo-stage.ts';
import { answer, choose, install, openSnapshot, protect, run, unlock } from './journey.ts';

const admin = 'ada@contoso.example';
const unreadable = 'info@contoso.example';
const graph = 'graph.microsoft.com';

let stage: DemoStage;
let page: Page;

test.beforeAll(async () => {
  stage = await openDemo();
  ({ page } = stage);
  const { world } = stage.demo.tenant;
  const id = world.directory.user(unreadable)?.id;
  world.faults.set([
    { match: { host: graph, route: `/users/${id}/messages/*/$value` }, answer: { status: 400, code: 'x' } },
  ]);
  await page.goto(stage.demo.app.url);
  await page.getByRole('button', { name: 'Try the demo tenant' }).click();
  await signInAndInstall();
  await choose(page, [admin, unreadable]);
  await protect(page, 'opfs');
  await run(page);
  page.on('popup', (popup) => void answer(popup, admin));
});
test.beforeEach(() => {
  stage.demo.tenant.world.faults.clear();
  stage.demo.tenant.world.pace.latencyMs = 0;
});
test.afterAll(() => stage.close());

async function signInAndInstall(): Promise<void> {
  const [popup] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('button', { name: 'Sign in with Microsoft' }).click(),
  ]);
  await answer(popup, admin);
  await install(page, admin, /Read-only, restore on demand/);
}

/** From anywhere to the plan that puts the whole mailbox or drive back. */
async function plan(account: string, workload: 'Mail' | 'OneDrive'): Promise<void> {
  await page.goto(`${stage.demo.app.url}/backups`);
  await page.getByRole('link', { name: 'Unlock' }).click();
  await unlock(page);
  await openSnapshot(page, account, workload);
  await page.getByRole('button', { name: /^Put (mailbox|everything) back/ }).click();
  await expect(page.getByRole('heading', { name: 'The plan' })).toBeVisible({ timeout: 60_000 });
}

/** Lends the right to write: it is asked for anew each time. */
async function putBack(): Promise<void> {
  await page.getByRole('button', { name: 'Put back exactly this' }).click();
  await page.getByRole('button', { name: 'Allow writing and go on' }).click();
}

const ways = /^(Try again|Put back exactly this|Sign in|Go on with the rest)$/;

test('a plan with nothing to put back offers nothing', async () => {
  await plan(unreadable, 'Mail');
  await expect(page.getByText(/items? cannot be put back$/)).toBeVisible();
  await expect(page.getByText('Nothing of this can be put back')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Put back exactly this' })).toBeHidden();
});

test('while a restore writes, neither its backup nor the backup app can be taken away', async () => {
  await plan(admin, 'Mail');
  stage.demo.tenant.world.pace.latencyMs = 300;
  await putBack();
  await expect(page.getByRole('heading', { name: 'Putting back' })).toBeVisible({ timeout: 60_000 });
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Backups' }).click();
  await expect(page.getByText('restore running')).toBeVisible();
  for (const name of ['Lock', 'Delete…', 'Remove the backup app…'])
    await expect(page.getByRole('button', { name })).toBeDisabled();
  await expect(page.getByText('once the restore has ended')).toHaveCount(2);
  stage.demo.tenant.world.pace.latencyMs = 0;
  await expect(page.getByRole('button', { name: 'Lock' })).toBeEnabled({ timeout: 60_000 });
});

test('what was undone is not called put back', async () => {
  await plan(admin, 'Mail');
  await putBack();
  await page.getByRole('button', { name: 'Understood' }).click({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Undo…' }).click();
  await page.getByRole('button', { name: 'Remove the folder' }).click();
  await page.getByRole('button', { name: 'Allow writing and go on' }).click();
  await expect(page.getByText('Undone', { exact: true })).toBeVisible({ timeout: 60_000 });
  await expect(page.locator('.notice .title').first()).toHaveText('Undone');
  await expect(page.getByText(/in the folder “/)).toBeHidden();
  await expect(page.getByText('The right to write is taken back')).toBeVisible({ timeout: 60_000 });
});

test('a restore that failed has its right taken back, and one way to try again', async () => {
  await plan(admin, 'OneDrive');
  stage.demo.tenant.world.faults.set(
    ['**content', '**createUploadSession'].map((route) => ({
      match: { host: graph, route },
      answer: { status: 507, code: 'quotaLimitReached' },
    })),
  );
  await putBack();
  await expect(page.getByText('The mailbox or drive is full')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('The right to write is taken back')).toBeVisible();
  await expect(page.getByRole('button', { name: ways })).toHaveCount(1);
  await expect(page.getByText('Cut short')).toBeVisible();
});

test('a restore that was cut short can be forgotten', async () => {
  await page.goto(`${stage.demo.app.url}/backups`);
  await page.getByRole('link', { name: 'Unlock' }).click();
  await unlock(page);
  const forget = page.getByRole('button', { name: 'Forget…' });
  await expect(forget).toHaveCount(1);
  await forget.click();
  await page.getByRole('button', { name: 'Forget it' }).click();
  await expect(forget).toHaveCount(0);
});

test('a refusal that the right to write does not end leads to the check', async () => {
  await plan(admin, 'Mail');
  stage.demo.tenant.world.faults.set([
    { match: { host: graph, method: 'POST', route: '**/mailFolders**' }, answer: { status: 403, code: 'x' } },
  ]);
  await putBack();
  await expect(page.getByRole('link', { name: 'Run the check' })).toBeVisible({ timeout: 60_000 });
});

test('another administrator lends the right by a link, and the address keeps none of it', async () => {
  await plan(admin, 'Mail');
  await page.getByRole('button', { name: 'Put back exactly this' }).click();
  await page.getByRole('button', { name: 'Ask an administrator' }).click();
  const link = await page.getByText(/\/approve\?tenant=/).innerText();
  await expect(page.getByText('Waiting for the approval')).toBeVisible();
  await expect(page.getByText(/^[1-9]\d* s$/)).toBeVisible();
  await expect(page.getByRole('link', { name: 'Download instead' })).toBeVisible();
  const other = await stage.context.newPage();
  other.on('popup', (popup) => void answer(popup, admin));
  await other.goto(link);
  await expect(other).toHaveURL(/\/approve$/);
  await other.getByRole('button', { name: 'Sign in and look' }).click();
  await other.getByRole('button', { name: 'Allow writing' }).click();
  await expect(other.getByText('The right to write is lent')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Report' })).toBeVisible({ timeout: 60_000 });
  await other.close();
  // This page has nobody signed in: it says that the right stands, and one click ends that.
  await page.getByRole('button', { name: 'Take the right back' }).click();
  await expect(page.getByText('The right to write is taken back')).toBeVisible({ timeout: 60_000 });
});

test('on a small window nothing lies over the search for an account', async () => {
  await page.goto(`${stage.demo.app.url}/choose`);
  const search = page.getByRole('searchbox');
  for (const viewport of [
    { width: 320, height: 568 },
    { width: 640, height: 400 },
  ]) {
    await page.setViewportSize(viewport);
    await page.evaluate(() => scrollTo(0, 0));
    await expect(search).toBeVisible();
    const box = await search.boundingBox();
    const bar = await page.locator('.bar').boundingBox();
    expect(bar?.y ?? 0).toBeGreaterThan((box?.y ?? 0) + (box?.height ?? 0));
  }
  await page.setViewportSize({ width: 1280, height: 900 });
});
