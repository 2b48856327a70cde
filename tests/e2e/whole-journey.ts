/**
 * The main job, once through every room: sign in, install, check, back up, go offline, read and export, lose, come back,
 * restore, compare, back up again. Gives figures; what they must be is for the caller to say.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { check, choose, install, openSnapshot, protect, putBack, run, unlock } from './journey.ts';
import type { PlaceName, Stage } from './stage.ts';
import { fileEssence, filesOf, loseEverything, messageEssence, messagesOf, sorted } from './tenant-state.ts';

export interface JourneyOptions {
  readonly place: PlaceName;
  readonly admin: string;
  /** User principal names of the accounts to protect. */
  readonly accounts: readonly string[];
  /** Milliseconds that one run or restore may take. */
  readonly patience?: number;
}

export interface JourneyFigures {
  readonly mails: number;
  readonly files: number;
  readonly stored: number;
  readonly skipped: number;
  readonly failed: number;
  /** Mails and files of the tenant whose exact bytes (SHA-256) are in the offline export. */
  readonly exported: number;
  readonly restored: number;
  readonly notRestored: number;
  /** Items that a restore's own report names as different. */
  readonly differencesReported: number;
  /** Mails and files that the tenant, asked afterwards, does not hold as it did before: what each was, and its fields. */
  readonly differing: readonly string[];
  readonly sent: number;
  /** What a second and a third run stored: all that restoring had made, then one new mail. */
  readonly storedAgain: number;
  readonly storedLast: number;
  readonly unchangedLast: number;
}

type Before = { readonly mails: Record<string, string[]>; readonly files: Record<string, string[]> };

export async function wholeJourney(stage: Stage, options: JourneyOptions): Promise<JourneyFigures> {
  const first = await firstRun(stage, options);
  const hashes = hashesOf(stage, options);
  stage.setOnline(false);
  const { page } = await stage.open();
  await openBackup(page, stage);
  const exported = await exportAll(page);
  const before = essences(stage, options);
  for (const account of options.accounts) loseEverything(stage.tenant, account);
  stage.setOnline(true);
  const { figures, targets } = await restoreAll(stage, page, options);
  const differing = compare(before, essences(stage, options, targets));
  const outbox = (await stage.oracle('outbox')) as { sent: unknown[] };
  const storedAgain = await runAgain(page, options);
  deliverOne(stage, options.accounts[0] ?? '');
  const last = await pressRunAgain(page, options);
  return {
    mails: hashes.mails,
    files: hashes.files,
    ...first,
    exported: hashes.all.filter((hash) => exported.has(hash)).length,
    ...figures,
    differing,
    sent: outbox.sent.length,
    storedAgain,
    storedLast: count(last['Stored now']),
    unchangedLast: count(last['Unchanged']),
  };
}

const count = (text = '0') => Number(text.replaceAll(/\D/g, ''));
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function firstRun(stage: Stage, { place, admin, accounts, patience }: JourneyOptions) {
  const { page, context } = await stage.open();
  await page.goto(stage.app.url);
  await check(page, admin);
  await install(page, admin, /As the reference page/);
  await choose(page, accounts);
  await protect(page, place);
  const figures = await run(page, patience);
  await context.close();
  return {
    stored: count(figures['Stored now']),
    skipped: count(figures['Skipped']),
    failed: count(figures['Failed']),
  };
}

function hashesOf(stage: Stage, { accounts }: JourneyOptions) {
  const mails = accounts.flatMap((account) => messagesOf(stage.tenant, account).map((each) => each.sha256));
  const files = accounts.flatMap((account) =>
    filesOf(stage.tenant, account).map((each) => each.sha256 ?? ''),
  );
  return { mails: mails.length, files: files.length, all: [...mails, ...files] };
}

async function openBackup(page: Page, stage: Stage): Promise<void> {
  await page.goto(stage.app.url);
  await page.getByRole('button', { name: /Open a backup/ }).click();
  await page.getByRole('link', { name: 'Unlock' }).click();
  await unlock(page);
}

/** The hashes of everything in the zip that *Export all* saves. */
async function exportAll(page: Page): Promise<Set<string>> {
  const saved = page.waitForEvent('download', { timeout: 120_000 });
  await page.getByRole('button', { name: 'Export all' }).click();
  const path = await (await saved).path();
  await page.getByRole('button', { name: 'Close' }).last().click();
  return new Set(Object.values(unzipSync(readFileSync(path))).map(sha256));
}

type Targets = Record<string, { readonly Mail: string; readonly OneDrive: string }>;

function essences(stage: Stage, { accounts }: JourneyOptions, targets: Targets = {}): Before {
  const of = <T>(list: (account: string) => readonly T[]) =>
    Object.fromEntries(accounts.map((account) => [account, sorted(list(account))]));
  return {
    mails: of((account) =>
      messagesOf(stage.tenant, account).map((each) => messageEssence(each, targets[account]?.Mail)),
    ),
    files: of((account) =>
      filesOf(stage.tenant, account).map((each) => fileEssence(each, targets[account]?.OneDrive)),
    ),
  };
}

/** What was there before and is not there now, as its essence. */
function compare(before: Before, after: Before): string[] {
  const missing = (was: Record<string, string[]>, is: Record<string, string[]>) =>
    Object.entries(was).flatMap(([account, list]) => {
      const left = [...(is[account] ?? [])];
      const lost = list.filter((essence) => {
        const at = left.indexOf(essence);
        if (at >= 0) left.splice(at, 1);
        return at < 0;
      });
      return lost.map((essence) => difference(JSON.parse(essence) as Essence, left));
    });
  return [...missing(before.mails, after.mails), ...missing(before.files, after.files)];
}

type Essence = Readonly<Record<string, unknown>>;

/** Names the item and the fields in which the nearest one that is there now differs from it. */
function difference(was: Essence, candidates: readonly string[]): string {
  const fieldsOf = (is: Essence) =>
    Object.keys({ ...was, ...is }).filter((key) => JSON.stringify(was[key]) !== JSON.stringify(is[key]));
  const name = String(was['path'] ?? was['subject']);
  const fields = candidates
    .map((candidate) => JSON.parse(candidate) as Essence)
    .filter((is) => is['path'] === was['path'] && is['subject'] === was['subject'])
    .map(fieldsOf)
    .toSorted((a, b) => a.length - b.length)[0];
  return `${name}: ${fields ? fields.join(', ') : 'not there'}`;
}

async function restoreAll(stage: Stage, page: Page, { accounts, patience }: JourneyOptions) {
  const figures = { restored: 0, notRestored: 0, differencesReported: 0 };
  const targets: Record<string, { Mail: string; OneDrive: string }> = {};
  for (const account of accounts) {
    const target = { Mail: '', OneDrive: '' };
    for (const workload of ['Mail', 'OneDrive'] as const) {
      if (!(await hasSnapshot(page, account, workload))) continue;
      await openSnapshot(page, account, workload);
      const report = await putBack(page, /^Put (mailbox|everything) back/, patience);
      figures.restored += count(report.figures['Put back']);
      figures.notRestored += count(report.figures['Failed']);
      figures.differencesReported +=
        count(report.figures['Put back']) - count(report.figures['Compared, the same']);
      target[workload] = report.target;
      await page.getByRole('link', { name: 'Back to the backup' }).click();
      await page.getByRole('link', { name: 'Backups' }).click();
      await page.getByRole('link', { name: 'Browse' }).click();
    }
    targets[account] = target;
  }
  return { figures, targets };
}

async function hasSnapshot(page: Page, account: string, workload: string): Promise<boolean> {
  const card = page.locator('section.card').filter({ hasText: account });
  await expect(card).toBeVisible();
  const shelf = card.getByRole('listitem').filter({ hasText: workload });
  return (await shelf.count()) > 0 && !/\b0 items/.test(await shelf.innerText());
}

async function runAgain(page: Page, { accounts, patience }: JourneyOptions): Promise<number> {
  await page.getByRole('link', { name: 'Backups' }).click();
  await page.getByRole('button', { name: 'Back up now' }).click();
  await choose(page, accounts);
  return count((await run(page, patience))['Stored now']);
}

const pressRunAgain = (page: Page, { patience }: JourneyOptions) => run(page, patience);

function deliverOne(stage: Stage, account: string): void {
  const { world } = stage.tenant;
  const mime =
    'From: x@y.test\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\nSubject: new today\r\n\r\nhello\r\n';
  world.mail.deliver(world.directory.user(account)?.id ?? '', 'Inbox', Buffer.from(mime));
}
