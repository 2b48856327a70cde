import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { downloadItem } from '../../../../workers/jobs/download.ts';
import { exportZip, type ExportDeps } from '../../../../workers/jobs/export.ts';
import { memoryFiles } from '../../../../workers/jobs/temporary-file.ts';
import { fromUtf8, utf8 } from '../../../../workers/kernel/bytes.ts';
import { ok } from '../../../../workers/kernel/result.ts';
import type { Folder, Row } from '../../../../workers/repository/model.ts';
import type { SnapshotReader } from '../../../../workers/repository/repository.ts';
import { virtualClock } from './fakes/clock.ts';
import { withDamagedPage } from './fakes/damaged-page.ts';
import { fakeRepository } from './fakes/repository.ts';
import { driveWorkload, mailWorkload, storedItem } from './fakes/stored.ts';

const folders: Folder[] = [
  { id: 'inbox', name: 'Inbox' },
  { id: 'sub', parent: 'inbox', name: '../Projects' },
  { id: 'root', name: 'root', role: 'root' },
];

type Stored = ReturnType<typeof storedItem> & { folder?: string; state?: Row['state'] };

async function readerOf(workload: 'mail' | 'drive', items: readonly Stored[]) {
  const repository = fakeRepository();
  const begun = await repository.begin({
    account: { id: 'ann', userPrincipalName: 'ann@contoso.test', displayName: 'Ann' },
    workload,
    run: 'run',
    device: 'device',
    startedAt: '2026-11-23T12:00:00Z',
  });
  if (!begun.ok) throw new Error(begun.error.code);
  begun.value.apply({
    folders,
    rows: items.map(({ row, folder, state }) => ({
      ...row,
      folder: folder ?? row.folder,
      state: state ?? row.state,
      parts: state === undefined ? row.parts : [],
    })),
  });
  const committed = await begun.value.commit('complete');
  const opened = committed.ok ? await repository.open(committed.value.id) : committed;
  if (!opened.ok) throw new Error(opened.error.code);
  return opened.value;
}

async function exported(
  items: readonly Stored[],
  options: { folder?: string; workload?: 'mail' | 'drive'; damagedPageOf?: string } = {},
) {
  const whole: SnapshotReader = await readerOf(options.workload ?? 'mail', items);
  const reader = options.damagedPageOf === undefined ? whole : withDamagedPage(whole, options.damagedPageOf);
  const deps: ExportDeps = {
    workloads: [mailWorkload, driveWorkload],
    content: {
      async *read(part) {
        for (const { row, content } of items) {
          if (row.parts[0]?.blobs[0] === part.blobs[0]) yield* content.read(part);
        }
      },
    },
    files: memoryFiles(),
    clock: virtualClock(),
  };
  const result = await exportZip(deps, [reader], options.folder, () => {});
  if (!result.ok) throw new Error(result.error.code);
  const zip = unzipSync(new Uint8Array(await result.value.blob.arrayBuffer()));
  return {
    ...result.value,
    files: Object.fromEntries(Object.entries(zip).map(([name, bytes]) => [name, fromUtf8(bytes)])),
  };
}

describe('exportZip', () => {
  it('lays mails out by account and folder, byte for byte, under names that stay inside', async () => {
    const { files, items, problems, type } = await exported([
      storedItem('Hello: world', [utf8('first '), utf8('half')]),
      { ...storedItem('../../evil', [utf8('x')]), folder: 'sub' },
    ]);
    expect(files).toEqual({
      'ann@contoso.test/mail/Inbox/2026-11-20 10.30 Hello_ world.eml': 'first half',
      'ann@contoso.test/mail/Inbox/_Projects/2026-11-20 10.30 _.._evil.eml': 'x',
    });
    expect({ items, problems, type }).toEqual({ items: 2, problems: [], type: 'application/octet-stream' });
  });

  it('keeps twins apart and leaves the name of the root out', async () => {
    const { files } = await exported(
      [
        { ...storedItem('A.txt', [utf8('1')]), folder: 'root' },
        { ...storedItem('a.txt', [utf8('2')]), folder: 'root' },
      ],
      { workload: 'drive' },
    );
    expect(files).toEqual({ 'ann@contoso.test/files/A.txt': '1', 'ann@contoso.test/files/a (2).txt': '2' });
  });

  it('exports one folder with everything below it', async () => {
    const items = [
      storedItem('outside', [utf8('o')]),
      { ...storedItem('inside', [utf8('i')]), folder: 'sub' },
    ];
    expect(Object.values((await exported(items, { folder: 'sub' })).files)).toEqual(['i']);
    expect(Object.values((await exported(items, { folder: 'inbox' })).files)).toHaveLength(2);
  });

  it('lists what is missing, in the answer and in the zip, and shows no byte of a damaged item', async () => {
    const { files, items, problems } = await exported([
      storedItem('fine', [utf8('fine')]),
      storedItem('torn', [utf8('secret first half'), undefined]),
      { ...storedItem('owed', [utf8('x')]), state: 'pending' },
    ]);
    expect(items).toBe(1);
    expect(problems).toEqual([
      'ann@contoso.test/mail/Inbox/owed: pending',
      'ann@contoso.test/mail/Inbox/torn: repository/corrupt',
    ]);
    expect(files['not in this export.txt']).toBe(`${problems.join('\n')}\n`);
    expect(Object.values(files).join()).not.toContain('secret');
  });

  it('goes on behind a damaged page of the snapshot, and says that there was one', async () => {
    const items = ['a', 'b', 'c'].map((name) => storedItem(name, [utf8(name)]));
    const { files, problems } = await exported(items, { damagedPageOf: 'b' });
    expect(Object.values(files)).toEqual(expect.arrayContaining(['a', 'c']));
    expect(problems).toEqual(['ann@contoso.test: repository/corrupt']);
  });

  it('streams an item larger than its buffer', async () => {
    const piece = new Uint8Array(6 * 1024 * 1024).fill(65);
    const { files } = await exported([storedItem('big', [piece, piece, piece])], { workload: 'drive' });
    expect(files['ann@contoso.test/files/Inbox/big']).toHaveLength(18 * 1024 * 1024);
  });
});

describe('downloadItem', () => {
  it('gives the original bytes as plain bytes under a safe name', async () => {
    const { row, content } = storedItem('<b>hi</b>', [utf8('eml')]);
    const download = await downloadItem({ workload: mailWorkload, row, content }, memoryFiles());
    expect(download).toMatchObject({
      ok: true,
      value: { name: '_b_hi__b_.eml', type: 'application/octet-stream' },
    });
    expect(download.ok && (await download.value.blob.text())).toBe('eml');
    expect(download.ok && download.value.blob.type).toBe('application/octet-stream');
  });

  it('gives nothing of an item that breaks off', async () => {
    const { row, content } = storedItem('torn', [utf8('half'), undefined]);
    let discarded = 0;
    const files = memoryFiles();
    const watched = {
      create: async () => {
        const file = await files.create();
        if (!file.ok) return file;
        return ok({ ...file.value, discard: async () => void discarded++ });
      },
    };
    const download = await downloadItem({ workload: driveWorkload, row, content }, watched);
    expect(download).toMatchObject({ ok: false, error: { code: 'repository/corrupt' } });
    expect(discarded).toBe(1);
  });
});
