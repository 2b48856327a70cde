import { describe, expect, it } from 'vitest';
import type { Row } from '../../workers/repository/model.ts';
import { createDriveWorkload } from '../../workers/workloads/drive/index.ts';
import { createDriveSide, type DriveSide } from './drive-side.ts';
import { Copy } from './workload-world.ts';
import { workloadSuite } from './workload.suite.ts';

workloadSuite('drive', () => createDriveSide());

const copyOf = (side: DriveSide): Copy => new Copy(side.workload(), side.account, side.deps);
const named = (copy: Copy, name: string): Row | undefined =>
  [...copy.rows.values()].find((row) => row.name === name);
const bytes = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, i) => (i * 31) & 255);

describe('what a drive does not hand out', () => {
  it('is skipped with its documented cause, and fetched once the cause is gone', async () => {
    const side = await createDriveSide();
    const { drives } = side.tenant.world;
    const put = (path: string) => drives.put(side.driveId, path, bytes(100));
    drives.mark(side.driveId, put('/infected.exe'), { malware: 'EICAR' });
    drives.mark(side.driveId, put('/shortcut.url'), {
      remoteItem: { id: 'x', name: 'elsewhere', size: 1, driveId: 'y', folder: false } as never,
    });
    const notebook = drives.putFolder(side.driveId, '/Notebook');
    drives.put(side.driveId, '/Notebook/page.one', bytes(10));
    drives.mark(side.driveId, notebook, { package: 'oneNote' });
    put('/good.txt');
    const copy = copyOf(side);
    await copy.list();
    expect(await copy.fetchAll()).toEqual([]);
    const reasons = [...copy.rows.values()].map(({ name, state, reason }) => `${name}: ${reason ?? state}`);
    expect(reasons.toSorted()).toEqual([
      'Notebook: onenote-notebook',
      'good.txt: stored',
      'infected.exe: malware',
      'page.one: onenote-notebook',
      'shortcut.url: shared-from-elsewhere',
    ]);
    drives.mark(side.driveId, named(copy, 'infected.exe')?.item ?? '', { malware: '' });
    await copy.list();
    await copy.fetchAll();
    expect(named(copy, 'infected.exe')).toMatchObject({ state: 'stored' });
  });

  it('is an own failure where the account has no OneDrive', async () => {
    const side = await createDriveSide();
    const guest = side.tenant.world.directory
      .users()
      .find(({ id }) => side.tenant.world.drives.driveOfUser(id) === undefined);
    const account = { ...side.account, id: guest?.id ?? '' };
    const copy = new Copy(side.workload(), account, side.deps);
    expect(await copy.list()).toMatchObject({ ok: false, error: { code: 'graph/no-drive' } });
    expect(await side.workload().measure(account, side.deps)).toMatchObject({
      error: { code: 'graph/no-drive' },
    });
  });
});

describe('restoring where upload sessions are refused', () => {
  it('keeps content and dates by other means', async () => {
    const side = await createDriveSide(['Files.ReadWrite.All']);
    side.tenant.world.switches.appUploadSession = 'refused';
    await side.fillRichly();
    const copy = copyOf(side);
    await copy.list();
    await copy.fetchAll();
    const before = side.fields('');
    side.loseEverything();
    const { restore } = copy.workload;
    const target = await restore.openTarget(copy.account, 'Back', copy.deps);
    if (!target.ok) throw new Error(target.error.detail);
    const row = named(copy, 'below a fragment.bin');
    if (!row) throw new Error('no such row');
    const place = { target: target.value, folder: target.value.folder };
    const put = await restore.putItem(place, row, copy.store, copy.deps);
    expect(put).toMatchObject({ ok: true, value: { created: true, losses: [] } });
    expect(side.fields('Back').get(row.name)).toEqual(before.get(`Documents/${row.name}`));
  });
});

const itemRequests = (side: DriveSide): number =>
  Object.entries(side.tenant.world.ledger.counts().units)
    .filter(([call]) => /^GET graph\.microsoft\.com\S*\/items\/\{/.test(call))
    .reduce((sum, [, count]) => sum + count, 0);

describe('a download link', () => {
  it('is used straight from the listing, and asked for anew when it is old', async () => {
    const side = await createDriveSide();
    side.fill(4);
    let now = 0;
    const workload = createDriveWorkload({ now: () => now, sleep: () => Promise.resolve() });
    const copy = new Copy(workload, side.account, side.deps);
    await copy.list();
    const [first, ...others] = copy.pending();
    const asked = itemRequests(side);
    if (first) await workload.fetch(side.account, first, copy.store, side.deps);
    expect(itemRequests(side)).toBe(asked);
    now += 3_600_000;
    for (const row of others) await workload.fetch(side.account, row, copy.store, side.deps);
    expect(itemRequests(side)).toBe(asked + others.length);
  });
});
