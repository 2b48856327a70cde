/**
 * What goes wrong, as a person meets it: a message with a code and a next step, the rest complete, nothing committed
 * lost. That the engine keeps its word in each of these is for tests/contract/engine-faults.test.ts to prove.
 */
import { randomBytes } from 'node:crypto';
import { expect, test } from '@playwright/test';
import type { BrowserContext, Page } from 'playwright';
import { check, choose, figures, install, openSnapshot, protect, run, unlock } from './journey.ts';
import { openStage, type PlaceName, type Stage } from './stage.ts';
import { filesOf, messagesOf } from './tenant-state.ts';

const [ada, jonas, otto, info] = ['ada', 'jonas', 'otto', 'info'].map(
  (name) => `${name}@contoso.example`,
) as [string, string, string, string];

/** The notice that carries this code. */
const told = (page: Page, code: string) => page.locator('.notice').filter({ hasText: code });
const idOf = ({ tenant }: Stage, upn: string) => tenant.world.directory.user(upn)?.id ?? '';

async function prepare(stage: Stage, page: Page, accounts: readonly string[], place: PlaceName = 'opfs') {
  await page.goto(stage.app.url);
  await check(page, ada);
  await install(page, ada, /Read-only, restore on demand/);
  await choose(page, accounts);
  await protect(page, place);
}

async function readMail(page: Page): Promise<void> {
  await openSnapshot(page, ada, 'Mail');
  await page.getByRole('listbox', { name: 'Items of the folder' }).getByRole('option').first().click();
  await expect(page.frameLocator('iframe[title="Text of the mail"]').locator('body')).not.toBeEmpty();
}

async function verify(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Backups' }).click();
  await page.getByRole('link', { name: 'Verify' }).click();
  await page.getByRole('button', { name: 'Verify now' }).click();
}

test.describe('a tenant, a store and a relay that fail', () => {
  test.describe.configure({ mode: 'serial' });
  let stage: Stage;
  let page: Page;
  let context: BrowserContext;
  test.beforeAll(async () => {
    stage = await openStage();
    ({ page, context } = await stage.open());
    await prepare(stage, page, [ada, jonas, otto, info]);
  });
  test.afterAll(() => stage.close());

  test('no OneDrive, no mailbox, an item that always fails and a storm of 429: the rest is backed up', async () => {
    const { world } = stage.tenant;
    const bad = messagesOf(stage.tenant, ada).find(({ attachments }) => attachments.length > 0);
    const lasting = [
      {
        match: { route: `**/messages/${bad?.id}**` },
        answer: { status: 400, code: 'ErrorInvalidRequest' },
      },
      {
        match: { host: 'graph.microsoft.com', route: `/users/${idOf(stage, otto)}/mail**` },
        answer: { status: 404, code: 'MailboxNotEnabledForRESTAPI' },
      },
    ];
    const storm = {
      match: { host: 'graph.microsoft.com', route: `/users/${idOf(stage, jonas)}/m**` },
      answer: { status: 429, code: 'ApplicationThrottled' },
    };
    world.faults.set([...lasting, storm]);
    await page.getByRole('button', { name: /^Start the backup/ }).click();
    await expect(page.getByText('Goes on by itself')).toBeVisible();
    world.faults.set(lasting);
    await expect(page.getByText('Backed up, with gaps')).toBeVisible({ timeout: 90_000 });

    const mails = [ada, jonas, info].flatMap((upn) => messagesOf(stage.tenant, upn)).length;
    const files = [ada, jonas, otto].flatMap((upn) => filesOf(stage.tenant, upn)).length;
    expect(await figures(page)).toMatchObject({ 'Stored now': String(mails + files - 1), Failed: '1' });
    await page.getByText('Failed 1 item').click();
    await expect(page.getByText('graph/bad-request')).toBeVisible();
    const missed = page.getByRole('region', { name: 'Accounts of this run' });
    await expect(missed.getByRole('row', { name: /Otto.*graph\/no-mailbox/ })).toBeVisible();
    await expect(missed.getByRole('row', { name: /Info.*graph\/no-drive/ })).toBeVisible();

    world.faults.clear();
    await page.getByRole('button', { name: 'Run again for the rest' }).click();
    await expect(page.getByText('Backed up', { exact: true })).toBeVisible({ timeout: 60_000 });
    const late = messagesOf(stage.tenant, otto).length + 1;
    expect(await figures(page)).toMatchObject({ 'Stored now': String(late), Failed: '0' });
  });

  test('browser storage full: says so, what is stored is read, and the run resumes once there is room', async () => {
    const { world } = stage.tenant;
    const drive = world.drives.driveOfUser(idOf(stage, jonas)) ?? '';
    for (const name of ['one', 'two', 'three'])
      world.drives.put(drive, `/film-${name}.bin`, randomBytes(4_000_000));
    const browser = await context.newCDPSession(page);
    const { origin } = new URL(stage.app.url);
    const { usage } = await browser.send('Storage.getUsageAndQuota', { origin });
    await browser.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + 5_000_000 });
    await page.getByRole('button', { name: 'Run again' }).click();
    await expect(told(page, 'storage/full')).toContainText('then resume', { timeout: 60_000 });
    await expect(page.getByRole('link', { name: 'See storage' })).toBeVisible();
    await page.getByRole('link', { name: 'Browse what is stored' }).click();
    await readMail(page);

    await browser.send('Storage.overrideQuotaForOrigin', { origin });
    await page.goBack();
    await page.goBack();
    await page.getByRole('button', { name: 'Resume' }).click();
    await expect(page.getByText('Backed up', { exact: true })).toBeVisible({ timeout: 60_000 });
    expect(await figures(page)).toMatchObject({ 'Stored now': '3', Failed: '0' });
    await verify(page);
    await expect(page.getByText(/^All .* parts are sound$/)).toBeVisible({ timeout: 60_000 });
    await context.close();
  });

  test('a wrong passphrase and a damaged pack: named; the rest is read without the relay', async () => {
    ({ page, context } = await stage.open());
    stage.setRelay(false);
    await page.goto(`${stage.app.url}/backups`);
    await page.evaluate(damageLargestPack);
    await page.getByRole('link', { name: 'Unlock' }).click();
    await unlock(page, 'not the passphrase at all');
    await expect(told(page, 'vault/wrong-passphrase')).toContainText('24 words');
    await unlock(page);
    await readMail(page);
    await verify(page);
    await expect(page.getByText(/damaged$/)).toBeVisible({ timeout: 60_000 });
    const damaged = page.getByRole('listitem').filter({ hasText: 'repository/corrupt' });
    await expect(damaged).toHaveCount(1);
    const name = (await damaged.locator('code').innerText()).trim();
    const owner = [ada, jonas, otto].find((upn) =>
      filesOf(stage.tenant, upn).some(({ path }) => path.endsWith(`/${name}`)),
    );
    expect(owner).toBeDefined();
  });

  test('a relay that is down: says so; once it is back, the next run heals the damage', async () => {
    await page.getByRole('link', { name: 'Backups' }).click();
    await page.getByRole('button', { name: 'Back up now' }).click();
    const notice = told(page, 'relay/unreachable');
    await expect(notice).toContainText('Reading a backup works without it', { timeout: 60_000 });
    stage.setRelay(true);
    await notice.getByRole('button', { name: 'Try again' }).click();
    await choose(page, [ada, jonas, otto]);
    expect(await run(page)).toMatchObject({ 'Stored now': '1', Failed: '0' });
    await verify(page);
    await expect(page.getByText(/^All .* parts are sound$/)).toBeVisible({ timeout: 60_000 });
  });
});

/** Flips bytes in the middle of the largest pack of this origin's backup: of the one large file in it, that is. */
async function damageLargestPack(): Promise<void> {
  const packs: { readonly handle: FileSystemFileHandle; readonly file: File }[] = [];
  const folders = [await navigator.storage.getDirectory()];
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    for await (const handle of folder.values()) {
      if (handle.kind === 'directory') folders.push(handle as FileSystemDirectoryHandle);
      else
        packs.push({
          handle: handle as FileSystemFileHandle,
          file: await (handle as FileSystemFileHandle).getFile(),
        });
    }
  }
  const [largest] = packs.sort((a, b) => b.file.size - a.file.size);
  if (!largest) throw new Error('no pack to damage');
  const at = Math.floor(largest.file.size / 2);
  const bytes = new Uint8Array(await largest.file.slice(at, at + 64).arrayBuffer());
  const writable = await largest.handle.createWritable({ keepExistingData: true });
  await writable.write({ type: 'write', position: at, data: bytes.map((byte) => byte ^ 0xff) });
  await writable.close();
}

/**
 * Headless Chromium cannot take back the leave to use a folder, least of all one that stands in for a picked one: the
 * worker is told to behave as it does where a person has done so.
 */
const withdrawable = `
let withdrawn = false;
new BroadcastChannel('withdraw').onmessage = ({ data }) => { withdrawn = data; };
FileSystemHandle.prototype.queryPermission = async () => (withdrawn ? 'prompt' : 'granted');
const getFileHandle = FileSystemDirectoryHandle.prototype.getFileHandle;
FileSystemDirectoryHandle.prototype.getFileHandle = function (...given) {
  return withdrawn ? Promise.reject(new DOMException('', 'NotAllowedError')) : getFileHandle.apply(this, given);
};
`;

test('a folder whose permission is withdrawn, then one that is gone: each says what to do', async () => {
  const stage = await openStage({ place: 'folder', inWorker: withdrawable });
  try {
    const { page } = await stage.open();
    await page.addInitScript(() => {
      const requestPermission = () => {
        new BroadcastChannel('withdraw').postMessage(false);
        return Promise.resolve('granted');
      };
      Object.assign(FileSystemHandle.prototype, { requestPermission });
    });
    await prepare(stage, page, [ada], 'folder');
    expect(await run(page)).toMatchObject({ Failed: '0' });
    stage.tenant.world.mail.deliver(
      idOf(stage, ada),
      'Inbox',
      Buffer.from('Subject: one more\r\n\r\nhello\r\n'),
    );
    await page.evaluate(() => new BroadcastChannel('withdraw').postMessage(true));
    await page.getByRole('button', { name: 'Run again' }).click();
    const notice = told(page, 'storage/permission-lost');
    await expect(notice).toContainText('nothing in it is lost');
    await notice.getByRole('button', { name: 'Choose the folder again' }).click();
    await expect(page.getByText('Backed up', { exact: true })).toBeVisible({ timeout: 60_000 });
    expect(await figures(page)).toMatchObject({ 'Stored now': '1', Failed: '0' });

    await page.evaluate(async () =>
      (await navigator.storage.getDirectory()).removeEntry('picked', { recursive: true }),
    );
    await page.getByRole('button', { name: 'Run again' }).click();
    await expect(told(page, 'storage/folder-gone')).toContainText('move it back, then try again');
  } finally {
    await stage.close();
  }
});

test('a tab that is closed in the middle of a run: reopened, it resumes and completes without duplicates', async () => {
  const stage = await openStage();
  try {
    const { tenant } = stage;
    const first = await stage.open();
    await prepare(stage, first.page, [ada, jonas]);
    // Slow enough for a partial snapshot, which comes after a quarter of a minute.
    tenant.world.pace.latencyMs = 900;
    await first.page.getByRole('button', { name: /^Start the backup/ }).click();
    await expect(first.page.getByText('The first part can be browsed already')).toBeVisible({
      timeout: 60_000,
    });
    await first.page.close();
    tenant.world.pace.latencyMs = 0;

    const page = await first.context.newPage();
    await page.goto(`${stage.app.url}/backups`);
    await page.getByRole('link', { name: 'Unlock' }).click();
    await unlock(page);
    await expect(page.getByText('A backup was cut short')).toBeVisible();
    await page.getByRole('button', { name: 'Resume' }).click();
    await expect(page.getByText('Backed up', { exact: true })).toBeVisible({ timeout: 60_000 });
    const total = [ada, jonas].flatMap((upn) => [...messagesOf(tenant, upn), ...filesOf(tenant, upn)]).length;
    const { 'Stored now': stored, Failed: failed } = await figures(page);
    expect(failed).toBe('0');
    expect(Number(stored)).toBeLessThan(total);

    await page.getByRole('link', { name: 'Browse the backup' }).click();
    for (const upn of [ada, jonas]) {
      const card = page.locator('section.card').filter({ hasText: upn });
      await expect(card).toContainText(`${messagesOf(tenant, upn).length} items`);
      await expect(card).toContainText(`${filesOf(tenant, upn).length} items`);
    }
    await verify(page);
    await expect(page.getByText(/^All .* parts are sound$/)).toBeVisible({ timeout: 60_000 });
  } finally {
    await stage.close();
  }
});
