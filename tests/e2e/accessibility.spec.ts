/** Every screen, light and dark, by axe-core; and the way from Welcome to the sign-in with nothing but a keyboard. */
import axe from 'axe-core';
import { expect, test } from '@playwright/test';
import type { Page } from 'playwright';
import { openDemo, type DemoStage } from './demo-stage.ts';
import {
  choose,
  confirmWords,
  createBackup,
  install,
  openSnapshot,
  run,
  signInAs,
  unlock,
} from './journey.ts';

const admin = 'ada@contoso.example';

test('no screen has a serious fault, light or dark', async () => {
  const stage = await openDemo();
  const { page } = stage;
  const audit = await auditor(page);
  try {
    await asOperator(stage, audit);
    await firstRun(stage, audit);
    await lookAround(page, audit);
    await lockAndReturn(page, audit);
    expect(audit.faults).toEqual([]);
    expect(audit.screens.length).toBeGreaterThan(18);
    await page.evaluate(() => document.body.append(new Image()));
    expect(await serious(page), 'a fault is found where there is one').toHaveLength(1);
  } finally {
    await stage.close();
  }
});

/** With an app of one's own in `config.json`: its page, and both sides of where a consent ends. */
async function asOperator({ page, demo }: DemoStage, audit: Audit): Promise<void> {
  const { tenantId, clientIds } = demo.tenant;
  await page.route('**/config.json', async (route) => {
    const response = await route.fetch();
    const operatorApp = { clientId: clientIds.registrator, homeTenantId: tenantId };
    await route.fulfill({ response, json: { ...(await response.json()), operatorApp } });
  });
  await page.goto(`${demo.app.url}/operator`);
  await page.getByLabel('Tenant id of the customer').fill(tenantId);
  await page.getByRole('button', { name: 'Make the link' }).click();
  const link = new URL(await page.getByText('/adminconsent').innerText());
  await audit('operator');
  const state = link.searchParams.get('state') ?? '';
  await page.goto(`${demo.app.url}/consent?tenant=${tenantId}&state=${state}`);
  await page.getByRole('button', { name: 'Check by token' }).waitFor();
  await audit('consent, the operator’s browser');
  await page.goto(`${demo.app.url}/consent?tenant=${tenantId}&state=another`);
  await page.getByText('Your part is done here').waitFor();
  await audit('consent, the administrator’s browser');
  await page.unroute('**/config.json');
}

/** What the installed app saw, with everything unfolded. */
async function reportInFull(page: Page, audit: Audit): Promise<void> {
  await page.goBack();
  await page.getByText(/^The backup app is installed/).waitFor();
  await expect(page.getByText(/^The report below is from before/)).toBeHidden();
  await page.getByRole('button', { name: 'Look closer' }).first().click();
  await expect(page.locator('dd').filter({ hasText: /^Closer$/ })).toBeVisible({ timeout: 60_000 });
  await page.locator('main details').evaluateAll((all) => {
    for (const details of all) details.setAttribute('open', '');
  });
  await audit('report in full');
  await page.getByRole('link', { name: 'Choose accounts' }).click();
}

async function firstRun({ page, demo }: DemoStage, audit: Audit): Promise<void> {
  await page.goto(`${demo.app.url}/setup`);
  await audit('set up');
  await page.goto(demo.app.url);
  await audit('welcome');
  await page.getByRole('button', { name: 'Try the demo tenant' }).click();
  const signIn = page.getByRole('button', { name: 'Sign in with Microsoft' });
  await signIn.waitFor();
  await audit('sign in');
  const ids = `tenant=${demo.tenant.tenantId}&client=${demo.tenant.clientIds.registrator}`;
  await page.goto(`${demo.app.url}/approve?${ids}&roles=Mail.ReadWrite`);
  await audit('approve');
  await page.goto(`${demo.app.url}/sign-in`);
  await signInAs(page, admin, () => signIn.click());
  await expect(page.getByRole('heading', { name: 'What stops a backup' })).toBeVisible({ timeout: 60_000 });
  await audit('report');
  await install(page, admin, /Read-only, restore on demand/);
  await audit('choose');
  await reportInFull(page, audit);
  await choose(page, [admin]);
  await page.getByLabel('Once more').waitFor();
  await audit('protect');
  const words = await createBackup(page, 'opfs');
  await audit('recovery sheet');
  await page.getByRole('button', { name: 'I have stored it' }).click();
  await audit('words asked for');
  await confirmWords(page, words);
  await page.getByRole('button', { name: /^Start the backup/ }).waitFor();
  await audit('forecast');
  await whileRunning(page, demo, audit);
}

/** Slow enough to look at, then at full speed. */
async function whileRunning(page: Page, demo: DemoStage['demo'], audit: Audit): Promise<void> {
  demo.tenant.world.pace.latencyMs = 400;
  await page.getByRole('button', { name: /^Start the backup/ }).click();
  await page.getByText('Fetching, newest first').waitFor();
  await audit('run');
  demo.tenant.world.pace.latencyMs = 0;
  await expect(page.getByRole('heading', { name: 'Coverage' })).toBeVisible({ timeout: 60_000 });
  await audit('run: report');
  demo.tenant.world.faults.set([
    { match: { host: 'graph.microsoft.com' }, answer: { status: 403, code: 'x' } },
  ]);
  await run(page);
  await audit('run: accounts not reached');
  demo.tenant.world.faults.clear();
}

async function lookAround(page: Page, audit: Audit): Promise<void> {
  await page.getByRole('link', { name: 'Browse the backup' }).click();
  await page.getByRole('link', { name: 'Open' }).first().waitFor();
  await audit('snapshots');
  await openSnapshot(page, admin, 'Mail');
  await page.getByRole('listbox', { name: 'Items of the folder' }).getByRole('option').first().click();
  await page.frameLocator('iframe[title="Text of the mail"]').locator('body').waitFor();
  await audit('browse mail');
  await page.getByRole('button', { name: 'Put back…', exact: true }).click();
  const word = page.getByRole('button', { name: 'Put back exactly this' });
  await word.waitFor();
  await audit('restore: plan');
  await word.click();
  await page.getByRole('heading', { name: 'The backup app may only read' }).waitFor();
  await audit('restore: right to write');
  await page.getByRole('button', { name: 'Ask an administrator' }).click();
  await page.getByText('Waiting for the approval').waitFor();
  await audit('restore: waiting for an administrator');
  await page.getByRole('button', { name: 'Stop waiting' }).click();
  await page.getByRole('button', { name: 'Not now' }).click();
  await page.goBack();
  await page.goBack();
  await openSnapshot(page, admin, 'OneDrive');
  await page
    .getByRole('treeitem', { name: /Documents/ })
    .first()
    .click();
  await page.getByRole('option').first().click();
  await audit('browse files');
  for (const [link, name] of [
    ['Where your data went', 'activity'],
    ['Settings', 'settings'],
    ['Backups', 'backups'],
  ] as const) {
    await page.getByRole('link', { name: link }).click();
    await audit(name);
  }
  await page.getByRole('link', { name: 'Verify' }).click();
  await page.getByRole('button', { name: 'Verify now' }).click();
  await page.getByText(/parts are sound$/).waitFor();
  await audit('verify');
}

async function lockAndReturn(page: Page, audit: Audit): Promise<void> {
  await page.getByRole('link', { name: 'Backups' }).click();
  await page.getByRole('button', { name: 'Delete…' }).click();
  await audit('dialog');
  await page.getByRole('button', { name: 'Keep it' }).click();
  await page.getByRole('button', { name: 'Lock' }).click();
  await page.getByRole('link', { name: 'Unlock' }).click();
  await unlock(page, 'not the passphrase');
  await page.getByText('vault/wrong-passphrase').first().waitFor();
  await audit('unlock, refused');
}

interface Audit {
  (screen: string): Promise<void>;
  readonly screens: string[];
  /** One line for each fault: screen, scheme, rule, elements. */
  readonly faults: string[];
}

async function auditor(page: Page): Promise<Audit> {
  const screens: string[] = [];
  const faults: string[] = [];
  const audit = async (screen: string) => {
    screens.push(screen);
    await page.getByRole('heading', { level: 1 }).waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const fault of await lasting(page)) faults.push(`${screen}, ${colorScheme}: ${fault}`);
    }
  };
  return Object.assign(audit, { screens, faults });
}

/** A change of scheme is painted some frames after it was asked for: what is a fault then and no longer, is none. */
async function lasting(page: Page): Promise<string[]> {
  if ((await serious(page)).length === 0) return [];
  await page.waitForTimeout(500);
  return serious(page);
}

async function serious(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  // The mail's own frame may not run scripts, and what a sender wrote is not ours to mend.
  const { violations } = await page.evaluate(() =>
    (Reflect.get(globalThis, 'axe') as typeof axe).run(document, {
      iframes: false,
      resultTypes: ['violations'],
    }),
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}

test('from Welcome to a signed-in report with the keyboard alone', async () => {
  const stage = await openDemo();
  const { page, demo } = stage;
  try {
    await page.goto(demo.app.url);
    await page.getByRole('button', { name: 'Try the demo tenant' }).waitFor();
    await page.keyboard.press('Tab');
    await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
    await tabTo(page, 'Try the demo tenant');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Sign in with Microsoft' }).waitFor();
    await tabTo(page, 'Sign in with Microsoft');
    const [popup] = await Promise.all([page.waitForEvent('popup'), page.keyboard.press('Enter')]);
    await popup.waitForLoadState();
    await tabTo(popup, admin);
    await popup.keyboard.press('Enter');
    const accept = popup.getByRole('button', { name: 'Accept' });
    await accept.waitFor({ timeout: 3_000 }).catch(() => undefined);
    if (!popup.isClosed() && (await accept.isVisible())) {
      await tabTo(popup, 'Accept');
      await popup.keyboard.press('Enter');
    }
    await expect(page.getByRole('heading', { name: 'What stops a backup' })).toBeVisible({ timeout: 60_000 });
  } finally {
    await stage.close();
  }
});

/** Presses Tab until the focus is on what has this text, which must show that it is there. */
async function tabTo(page: Page, text: string): Promise<void> {
  for (let presses = 0; presses < 25; presses++) {
    const focused = page.locator(':focus');
    const here = await focused.textContent({ timeout: 500 }).catch(() => '');
    if (here?.replaceAll(/\s+/g, ' ').includes(text)) {
      const outline = await focused.evaluate((element) => getComputedStyle(element).outlineStyle);
      expect(outline, `the focus on ${text} is seen`).not.toBe('none');
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${text}`);
}
