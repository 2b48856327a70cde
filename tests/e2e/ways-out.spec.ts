/** No screen is a dead end: what waits can be given up, what ends can be renewed, and what is alike can be told apart. */
import { expect, test, type Page } from '@playwright/test';
import { openDemo, type DemoStage } from './demo-stage.ts';
import {
  answer,
  choose,
  confirmWords,
  createBackup,
  install,
  openSnapshot,
  passphrase,
  run,
  signInAs,
} from './journey.ts';

const admin = 'ada@contoso.example';
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=',
  'base64',
);

test.describe.configure({ mode: 'serial' });
let stage: DemoStage;
let page: Page;

test.beforeAll(async () => {
  stage = await openDemo();
  ({ page } = stage);
  const { world } = stage.demo.tenant;
  const drive = world.drives.driveOfUser(world.directory.user(admin)?.id ?? '') ?? '';
  world.drives.put(drive, '/broken.png', Buffer.from('no picture'));
  world.drives.put(drive, '/whole.png', picture);
  await page.goto(stage.demo.app.url);
  await page.getByRole('button', { name: 'Try the demo tenant' }).click();
});
test.afterAll(() => stage.close());

const backups = async (at: Page) => {
  await at.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Backups' }).click();
  await at.waitForURL('**/backups');
};
const unlockAll = async (at: Page) => {
  for (;;) {
    await backups(at);
    const locked = at.getByRole('link', { name: 'Unlock' });
    await expect(at.locator('section.card').first()).toBeVisible();
    if ((await locked.count()) === 0) return;
    await locked.first().click();
    await at.getByLabel('Passphrase').fill(passphrase);
    await at.getByRole('button', { name: 'Unlock' }).click();
    await expect(at.getByRole('heading', { level: 1, name: 'Contoso Joinery' })).toBeVisible();
  }
};

test('an engine that cannot start says so, with a way to try again', async () => {
  const other = await stage.context.newPage();
  await other.addInitScript(() => {
    const Real = Worker;
    const broken = class extends Real {
      constructor(address: string | URL, options?: WorkerOptions) {
        super(address, options);
        setTimeout(() => this.dispatchEvent(new ErrorEvent('error', { message: 'no script' })));
      }
    };
    Object.assign(globalThis, { Worker: broken });
  });
  await other.goto(stage.demo.app.url);
  await expect(other.getByRole('button', { name: 'Reload Holdfast' })).toBeVisible();
  await expect(other.getByText('was started again')).toBeHidden();
  await other.close();
});

test('a browser that keeps no settings still shows the first screen', async () => {
  const other = await stage.context.newPage();
  await other.addInitScript(() => {
    const refuse = () => {
      throw new DOMException('', 'SecurityError');
    };
    Object.defineProperty(globalThis, 'localStorage', { get: refuse });
  });
  await other.goto(stage.demo.app.url);
  await expect(other.getByRole('button', { name: /Start a backup/ })).toBeVisible();
  await other.close();
});

test('a sign-in window that was closed can be given up, whatever it was for', async () => {
  const other = await stage.context.newPage();
  await other.goto(`${stage.demo.app.url}/setup`);
  await other.getByLabel('Client id').fill('8f1e2d3c-4b5a-4678-9abc-def012345678');
  const [popup] = await Promise.all([
    other.waitForEvent('popup'),
    other.getByRole('button', { name: 'Test with a sign-in' }).click(),
  ]);
  await popup.close();
  await other.getByRole('button', { name: 'Cancel' }).click();
  await expect(other.getByText('Sign-in was cancelled')).toBeVisible();
  await other.close();
});

test('whoever leaves while the keys are being made is asked first', async () => {
  await signInAs(page, admin, () => page.getByRole('button', { name: 'Sign in with Microsoft' }).click());
  await install(page, admin, /Read-only, restore on demand/);
  await choose(page, [admin]);
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await page.getByLabel('Once more').fill(passphrase);
  await page.getByRole('button', { name: 'Create the backup' }).click();
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Stay' }).click();
  await expect(page.getByRole('button', { name: 'I have stored it' })).toBeVisible({ timeout: 30_000 });
  const words = await page.locator('section.card li').allInnerTexts();
  await page.getByRole('button', { name: 'I have stored it' }).click();
  await confirmWords(
    page,
    words.map((text) => text.replace(/^\d+\s+/, '').trim()),
  );
  await run(page);
});

test('a picture that cannot be drawn does not stand for the next one', async () => {
  await page.getByRole('link', { name: 'Browse the backup' }).click();
  await openSnapshot(page, admin, 'OneDrive');
  for (const [name, drawn] of [
    ['broken.png', false],
    ['whole.png', true],
  ] as const) {
    await page.getByRole('option', { name }).click();
    await expect(page.getByRole('heading', { name })).toBeVisible();
    await page.getByRole('button', { name: 'Show' }).click();
    await expect(page.getByText('The browser cannot draw this picture')).toBeVisible({ visible: !drawn });
    await expect(page.getByRole('dialog').locator('img')).toBeVisible({ visible: drawn });
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  }
});

test('a mail that was written formatted only can be read plain', async () => {
  await page.goBack();
  await openSnapshot(page, admin, 'Mail');
  await page.getByRole('option').first().click();
  await page.getByLabel('As plain text').check();
  await expect(page.locator('.item pre')).not.toBeEmpty();
  await page.getByLabel('As plain text').uncheck();
});

test('an app that somebody switched off is not told to be ready', async () => {
  const { apps, grants } = stage.demo.tenant.world.directory;
  const principal = grants
    .assignments()
    .map(({ principalId }) => apps.servicePrincipal(principalId))
    .find((one) => one?.displayName === 'Holdfast Backup');
  if (principal) principal.fields['accountEnabled'] = false;
  const answers = (popup: Page) => void answer(popup, admin);
  page.on('popup', answers);
  await backups(page);
  await page.getByRole('link', { name: 'Check or renew' }).click();
  await page.getByRole('button', { name: 'Sign in with Microsoft' }).click();
  await expect(page.getByText('Backup app enabled').first()).toBeVisible({ timeout: 60_000 });
  await expect(
    page.getByText('The backup app is installed and this device may use it', { exact: true }),
  ).toBeHidden();
  await expect(page.getByRole('button', { name: 'Install backup app' })).toBeVisible();
  page.off('popup', answers);
  if (principal) principal.fields['accountEnabled'] = true;
});

test('an installed app can be installed again from the report: to renew it or to repair it', async () => {
  await backups(page);
  await page.getByRole('link', { name: 'Check or renew' }).click();
  const answers = (popup: Page) => void answer(popup, admin);
  page.on('popup', answers);
  await page.getByRole('button', { name: 'Sign in with Microsoft' }).click();
  await page.getByText('Install it again').click({ timeout: 60_000 });
  await install(page, admin, /Read-only, restore on demand/);
  page.off('popup', answers);
});

test('two locked backups of one tenant can be told apart, and each gets its own next run', async () => {
  await expect(page.getByRole('checkbox', { name: new RegExp(admin) })).toBeChecked();
  await page.getByRole('button', { name: 'Make a new backup' }).click();
  const words = await createBackup(page, 'opfs');
  await page.getByRole('button', { name: 'I have stored it' }).click();
  await confirmWords(page, words);
  await expect(page.getByRole('button', { name: /^Start the backup/ })).toBeVisible();
  await backups(page);
  await page.reload();
  const titles = page.getByRole('heading', { level: 2, name: /^Locked backup/ });
  await expect(titles).toHaveCount(2);
  const [one, two] = await titles.allInnerTexts();
  expect(one).not.toBe(two);

  await unlockAll(page);
  const second = page
    .locator('section.card')
    .filter({ has: page.getByRole('button', { name: 'Back up now' }) })
    .nth(1);
  const id = /Id ([0-9a-f]{8})/.exec(await second.innerText())?.[1] ?? 'none';
  await second.getByRole('button', { name: 'Back up now' }).click();
  const into = page.getByRole('button', { name: /^Into the backup/ });
  await expect(into).toHaveCount(2);
  await expect(into.first()).toContainText(id);
});

test('a run that nothing is chosen for leads to the choice', async () => {
  await backups(page);
  await page.getByRole('button', { name: 'Back up now' }).first().click();
  await page.getByRole('checkbox', { name: new RegExp(admin) }).check();
  await page
    .getByRole('button', { name: /^Into the backup/ })
    .first()
    .click();
  await expect(page).toHaveURL(/\/run\//);
  await backups(page);
  await page.reload();
  await unlockAll(page);
  for (let back = 0; back < 12 && !/\/(run|choose)/.test(page.url()); back++) await page.goBack();
  await expect(page.getByRole('heading', { name: 'Whose data shall be kept?' })).toBeVisible();
});

test('the demo is not begun anew under a backup that runs', async () => {
  await page.getByRole('checkbox', { name: new RegExp(admin) }).check();
  await page
    .getByRole('button', { name: /^Into the backup/ })
    .first()
    .click();
  stage.demo.tenant.world.pace.latencyMs = 1_000;
  await page.getByRole('button', { name: /^Start the backup/ }).click();
  await page.getByRole('link', { name: 'Holdfast' }).click();
  await expect(page.getByRole('button', { name: 'Try the demo tenant' })).toBeDisabled();
  await page.getByRole('link', { name: /^Backup running/ }).click();
  stage.demo.tenant.world.pace.latencyMs = 0;
  await expect(page.getByRole('heading', { name: 'Coverage' })).toBeVisible({ timeout: 60_000 });
});

test('what was typed to confirm a deletion is gone with the question', async () => {
  await backups(page);
  await page.getByRole('button', { name: 'Delete…' }).first().click();
  await page.getByLabel('Type delete to confirm').fill('delete');
  await page.getByRole('button', { name: 'Keep it' }).click();
  await page.getByRole('button', { name: 'Delete…' }).first().click();
  await expect(page.getByRole('button', { name: 'Delete for good' })).toBeDisabled();
  await page.getByRole('button', { name: 'Keep it' }).click();
});
