/** One tenant's way through the engine: install, back up, change, lose, read offline, restore, compare, undo. */
import { createHash } from 'node:crypto';
import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { AccountView } from '../../workers/contract/accounts.ts';
import type { EngineApi } from '../../workers/contract/engine-api.ts';
import type { BackupProgress, RestorePlan } from '../../workers/contract/jobs.ts';
import {
  engineWorld,
  filesOf,
  idOf,
  mailOf,
  passphrase,
  prepared,
  tasksOf,
  value,
  type EngineWorld,
} from './engine-world.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

type Message = ReturnType<typeof mailOf>[number];
type File = ReturnType<typeof filesOf>[number];

/** What a restore has to bring back; ids change, and the folder is the dated one. */
const mailEssence = ({ id: _id, folderPath: _path, sha256: _mime, ...message }: Message) => ({
  ...message,
  singleValueExtendedProperties: undefined,
  // Graph takes an attached message as its fields and writes it anew: name and place stay, its bytes do not.
  attachments: message.attachments.map(({ size, sha256: hash, ...rest }) =>
    rest.contentType === null ? rest : { ...rest, size, hash },
  ),
});

const fileEssence = (file: File, target = '') => ({
  path: file.path.replace(`/${target}/`, '/'),
  hash: file.sha256,
  lastModifiedDateTime: file.lastModifiedDateTime,
});

/** Tasks that stand for flagged mails are left out, each with its reason. */
const isUnexpected = (problem: string): boolean => !problem.endsWith('skipped flagged-mail');

const sorted = <T>(list: readonly T[]): string[] => list.map((each) => JSON.stringify(each)).sort();

describe.sequential('the engine on a tenant', () => {
  let world: EngineWorld;
  let api: EngineApi;
  let repository: string;
  let ada: string;
  let jonas: string;
  let lostMail: readonly Message[];
  let lostFiles: readonly File[];
  const plans: RestorePlan[] = [];

  const newest = async (workload: string): Promise<string> => {
    const snapshots = value(await api.snapshots(repository));
    const found = snapshots.find((each) => each.account.id === ada && each.workload === workload);
    if (!found) throw new Error(`no snapshot of ${workload}`);
    return found.id;
  };

  beforeAll(async () => {
    world = await engineWorld();
    api = world.api;
    ada = idOf(world, 'ada');
    jonas = idOf(world, 'jonas');
    repository = await prepared(world);
  });

  it('backs up whole accounts and says how far it is', async () => {
    const accounts: AccountView[] = [];
    value(await api.accounts(world.tenant.tenantId, (page) => void accounts.push(...page)));
    expect(accounts.map(({ id }) => id)).toEqual(expect.arrayContaining([ada, jonas]));
    const mails = [ada, jonas].flatMap((id) => mailOf(world, id));
    const files = [ada, jonas].flatMap((id) => filesOf(world, id));
    const tasks = [ada, jonas].flatMap((id) => tasksOf(world, id));
    const forecast = value(await api.forecast(repository, [ada, jonas]));
    expect(forecast.items).toBeGreaterThanOrEqual(mails.length);
    expect(forecast.accounts.flatMap(({ problems }) => problems)).toEqual([]);
    const seen: BackupProgress[] = [];
    const report = value(await api.backup(repository, [ada, jonas], (progress) => void seen.push(progress)));
    expect(report).toMatchObject({ outcome: 'complete', failed: [], unreachable: [] });
    expect(report.stored + report.skipped.length).toBe(mails.length + files.length + tasks.length);
    expect(seen.at(-1)).toMatchObject({
      phase: 'finished',
      itemsDone: report.stored,
    });
    expect(value(await api.interrupted(repository))).toBeNull();
  });

  it('exports every mail and file byte for byte', async () => {
    const snapshots = value(await api.snapshots(repository)).map(({ id }) => id);
    expect(snapshots).toHaveLength(6);
    const zip = value(await api.exportZip(repository, { snapshots }, () => {}));
    expect(zip.problems.filter(isUnexpected)).toEqual([]);
    const hashes = Object.values(unzipSync(new Uint8Array(await zip.blob.arrayBuffer()))).map(sha256);
    for (const id of [ada, jonas]) {
      expect(hashes).toEqual(expect.arrayContaining(mailOf(world, id).map((each) => each.sha256)));
      expect(hashes).toEqual(expect.arrayContaining(filesOf(world, id).map((each) => each.sha256)));
    }
  });

  it('does not lock itself while it exports, and does afterwards', async () => {
    const snapshots = value(await api.snapshots(repository)).map(({ id }) => id);
    let later: Promise<void> | undefined;
    const zip = await api.exportZip(repository, { snapshots }, () => {
      if (later) return;
      vi.setSystemTime(Date.now() + 16 * 60_000);
      later = world.lockIdle();
    });
    await later;
    expect(value(zip).problems.filter(isUnexpected)).toEqual([]);
    vi.setSystemTime(Date.now() + 16 * 60_000);
    await world.lockIdle();
    expect(await api.snapshots(repository)).toMatchObject({ ok: false, error: { code: 'vault/locked' } });
    value(await api.unlock(repository, { passphrase }));
  });

  it('does not lock itself while an item is downloaded', async () => {
    const snapshot = await newest('drive');
    const [file] = value(await api.rows(repository, snapshot, { limit: 1 })).rows;
    world.download.begins = async () => {
      vi.setSystemTime(Date.now() + 16 * 60_000);
      await world.lockIdle();
    };
    const downloaded = await api.download(repository, snapshot, file?.item ?? '');
    world.download.begins = async () => {};
    expect(value(downloaded).blob.size).toBe(file?.size);
  });

  it('keeps no plan of a repository that was locked: it holds what items are called', async () => {
    const plan = value(
      await api.planRestore({ repository, snapshot: await newest('mail'), scope: { kind: 'all' } }),
    );
    value(await api.lock(repository));
    value(await api.unlock(repository, { passphrase }));
    expect(await api.restore(plan.hash, () => {})).toMatchObject({ error: { code: 'input/invalid' } });
  });

  it('fetches only what changed since', async () => {
    const { ledger, mail, drives } = world.tenant.world;
    mail.deliver(ada, 'Inbox', Buffer.from('From: x@y.test\r\nSubject: new today\r\n\r\nhello\r\n'));
    drives.put(drives.driveOfUser(ada) ?? '', '/Today.txt', Buffer.from('written today'));
    ledger.reset();
    const report = value(await api.backup(repository, [ada, jonas], () => {}));
    expect(report).toMatchObject({ outcome: 'complete', stored: 2, removed: 0, failed: [] });
    const units = Object.entries(ledger.counts().units).map(([route, count]) => ({ route, count }));
    const folders = units.filter(({ route }) => route.includes('/messages/delta'));
    const asked = [ada, jonas].flatMap((id) => mail.state(id).folders.filter(({ isHidden }) => !isHidden));
    expect(folders.reduce((sum, { count }) => sum + count, 0)).toBe(asked.length);
    // Besides one request a folder: who the account is and whether it may be backed up, its folders, its drive, its lists of
    // tasks with what is in each, the two new contents; and of the tenant what it has bought and what of it is a trial.
    const others = units.filter((each) => !folders.includes(each));
    expect(others.reduce((sum, { count }) => sum + count, 0)).toBe(2 * 3 + 2 * (1 + 3) + 2 + 2);
  });

  it('is read without tenant and relay, by whoever has the passphrase', async () => {
    lostMail = mailOf(world, ada);
    lostFiles = filesOf(world, ada);
    const { mail, drives } = world.tenant.world;
    for (const { id } of lostMail) mail.remove(ada, id);
    for (const { id } of lostFiles) drives.remove(drives.driveOfUser(ada) ?? '', id);
    expect([...mailOf(world, ada), ...filesOf(world, ada)]).toEqual([]);

    world.net.online = false;
    world.kill();
    api = await world.reload();
    expect(await api.snapshots(repository)).toMatchObject({ ok: false, error: { code: 'vault/locked' } });
    expect(await api.unlock(repository, { passphrase: 'not the passphrase' })).toMatchObject({
      ok: false,
      error: { code: 'vault/wrong-passphrase' },
    });
    value(await api.unlock(repository, { passphrase }));
    const snapshot = await newest('mail');
    const { rows } = value(await api.rows(repository, snapshot, { text: 'new TODAY', limit: 10 }));
    expect(rows).toMatchObject([{ name: 'new today', state: 'stored' }]);
    const item = rows[0]?.item ?? '';
    expect(value(await api.item(repository, snapshot, item)).path).toEqual(['Inbox']);
    expect(value(await api.message(repository, snapshot, item))).toMatchObject({
      subject: 'new today',
      from: 'x@y.test',
      text: 'hello\n',
    });
    const download = value(await api.download(repository, snapshot, item));
    expect(download.name).toBe('new today.eml');
    expect(sha256(new Uint8Array(await download.blob.arrayBuffer()))).toBe(
      lostMail.find(({ subject }) => subject === 'new today')?.sha256,
    );
    expect(value(await api.verify(repository, () => {})).damaged).toEqual([]);
    world.net.online = true;
  });

  it('plans two restores of one minute into two folders, so that each can be undone by itself', async () => {
    const snapshot = await newest('mail');
    const plan = async () =>
      value(await api.planRestore({ repository, snapshot, scope: { kind: 'all' } })).targetFolder;
    expect(await plan()).not.toBe(await plan());
  });

  it('offers what can continue, whatever became of another restore', async () => {
    const snapshot = await newest('mail');
    const folder = value(await api.folders(repository, snapshot)).find(({ items }) => items > 0);
    const scope = { kind: 'folder', folder: folder?.id ?? '' } as const;
    const plan = value(await api.planRestore({ repository, snapshot, scope }));
    const entry = {
      hash: plan.hash,
      request: { repository, snapshot, scope },
      account: ada,
      targetFolder: plan.targetFolder,
      startedAt: '2026-11-23T12:00:00Z',
      target: null,
      finished: false,
    };
    const pruned = { ...entry, hash: 'other', request: { ...entry.request, snapshot: '0'.repeat(32) } };
    for (const each of [pruned, entry]) await world.records.put(`restore:${each.hash}`, each);
    expect(value(await api.unfinishedRestores(repository))).toMatchObject([{ hash: plan.hash }]);
    for (const { hash } of [pruned, entry]) await world.records.delete(`restore:${hash}`);
  });

  it('restores a mailbox and a drive as they were, into dated folders, and sends nothing', async () => {
    for (const workload of ['mail', 'drive']) {
      const snapshot = await newest(workload);
      const plan = value(await api.planRestore({ repository, snapshot, scope: { kind: 'all' } }));
      expect(plan.missing).toEqual([]);
      plans.push(plan);
      expect(value(await api.restore(plan.hash, () => {}))).toMatchObject({
        restored: plan.items,
        verified: plan.items,
        failed: [],
        differences: [],
      });
    }
    const [mailTarget = '', driveTarget = ''] = plans.map(({ targetFolder }) => targetFolder);
    const mail = mailOf(world, ada);
    expect(sorted(mail.map(mailEssence))).toEqual(sorted(lostMail.map(mailEssence)));
    expect(mail.map(({ folderPath }) => folderPath).sort()).toEqual(
      lostMail.map(({ folderPath }) => `${mailTarget}/${folderPath}`).sort(),
    );
    expect(sorted(filesOf(world, ada).map((file) => fileEssence(file, driveTarget)))).toEqual(
      sorted(lostFiles.map((file) => fileEssence(file))),
    );
    expect(world.tenant.world.outbox.sent).toEqual([]);
  });

  it('makes nothing twice when the same plan is run again', async () => {
    const before = mailOf(world, ada).length;
    const [plan] = plans;
    expect(value(await api.restore(plan?.hash ?? '', () => {}))).toMatchObject({
      restored: 0,
      alreadyThere: plan?.items,
    });
    expect(mailOf(world, ada)).toHaveLength(before);
  });

  it('takes back one restore and nothing else', async () => {
    value(await api.undoRestore(plans[0]?.hash ?? ''));
    // Where Outlook puts a folder that is deleted.
    const left = mailOf(world, ada).filter(({ folderPath }) => !folderPath.startsWith('Deleted Items/'));
    expect(left).toEqual([]);
    expect(filesOf(world, ada)).toHaveLength(lostFiles.length);
  });
});
