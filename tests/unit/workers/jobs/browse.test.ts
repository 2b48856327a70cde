import { describe, expect, it } from 'vitest';
import { describeItem, listFolders, listRows } from '../../../../workers/jobs/browse.ts';
import { pathOf } from '../../../../workers/jobs/folder-tree.ts';
import type { Folder, Row } from '../../../../workers/repository/model.ts';
import { withDamagedPage } from './fakes/damaged-page.ts';
import { fakeRepository } from './fakes/repository.ts';
import { rowOf } from './fakes/workload.ts';

const folders: Folder[] = [
  { id: 'top', name: 'Top', role: 'msgfolderroot' },
  { id: 'inbox', parent: 'top', name: 'Inbox', role: 'inbox' },
  { id: 'sub', parent: 'inbox', name: 'Projects' },
];

async function readerOf(rows: readonly Row[]) {
  const repository = fakeRepository();
  const account = { id: 'ann', userPrincipalName: 'ann@contoso.test', displayName: 'Ann' };
  const writer = await repository.begin({ account, workload: 'mail', run: 'r', device: 'd', startedAt: '' });
  if (!writer.ok) throw new Error(writer.error.code);
  writer.value.apply({ folders, rows });
  const snapshot = await writer.value.commit('complete');
  const reader = snapshot.ok ? await repository.open(snapshot.value.id) : snapshot;
  if (!reader.ok) throw new Error(reader.error.code);
  return reader.value;
}

const mail = (id: string, more: Partial<Row> = {}): Row => ({
  ...rowOf({ id, folder: 'inbox', name: `mail ${id}`, date: '2026-11-20T00:00:00Z', body: id }),
  state: 'stored',
  ...more,
});

describe('browse', () => {
  it('pages through a folder without losing or repeating a row', async () => {
    const reader = await readerOf(Array.from({ length: 25 }, (_, i) => mail(String(i).padStart(2, '0'))));
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await listRows(reader, { folder: 'inbox', limit: 10, ...(after ? { after } : {}) });
      if (!page.ok) throw new Error(page.error.code);
      seen.push(...page.value.rows.map(({ item }) => item));
      after = page.value.next;
    } while (after);
    expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => String(i).padStart(2, '0')));
  });

  it('finds literal text in name, sender and preview, whatever its case', async () => {
    const reader = await readerOf([
      mail('a', { name: 'Grüße (a+)+$' }),
      mail('b', { meta: { from: 'Ann <ann@x.test>' } }),
      mail('c', { meta: { preview: 'The QUARTER figures' } }),
    ]);
    const find = async (text: string) => {
      const found = await listRows(reader, { text, limit: 10 });
      return found.ok ? found.value.rows.map(({ item }) => item) : [];
    };
    expect(await find('GRÜSSE')).toEqual([]);
    expect(await find('grüße')).toEqual(['a']);
    expect(await find('(a+)+$')).toEqual(['a']);
    expect(await find('ann@X')).toEqual(['b']);
    expect(await find('quarter')).toEqual(['c']);
    expect(await find('.*')).toEqual([]);
  });

  it('bounds a page whatever is asked for', async () => {
    const reader = await readerOf(Array.from({ length: 600 }, (_, i) => mail(String(i).padStart(3, '0'))));
    const count = async (limit: number) => {
      const page = await listRows(reader, { limit });
      return page.ok ? page.value.rows.length : -1;
    };
    expect(await count(1e9)).toBe(500);
    expect(await count(-5)).toBe(1);
    expect(await count(Number.NaN)).toBe(1);
  });

  it('counts the items directly in each folder', async () => {
    const reader = await readerOf([mail('a'), mail('b', { folder: 'sub', key: 'sub|b' })]);
    const listed = await listFolders(reader);
    expect(listed.ok && listed.value.map(({ id, items, parent, role }) => [id, items, parent, role])).toEqual(
      [
        ['top', 0, null, 'msgfolderroot'],
        ['inbox', 1, 'top', 'inbox'],
        ['sub', 1, 'inbox', null],
      ],
    );
  });

  it('shows the folders of a snapshot with a damaged page', async () => {
    const reader = withDamagedPage(await readerOf([mail('a'), mail('b'), mail('c')]), 'b');
    const listed = await listFolders(reader);
    expect(listed).toMatchObject({
      ok: true,
      value: [{ items: 0 }, { id: 'inbox', items: 2 }, { items: 0 }],
    });
  });

  it('describes an item with its path, the root left out', async () => {
    const reader = await readerOf([mail('b', { folder: 'sub', state: 'skipped', reason: 'malware' })]);
    const described = await describeItem(reader, 'b');
    expect(described).toMatchObject({ ok: true, value: { path: ['Inbox', 'Projects'] } });
    expect(described.ok && described.value.facts).toContainEqual(['Reason', 'malware']);
    expect(await describeItem(reader, 'nobody')).toMatchObject({
      ok: false,
      error: { code: 'storage/missing' },
    });
  });

  it('does not follow a loop of folders', () => {
    const loop: Folder[] = [
      { id: 'a', parent: 'b', name: 'A' },
      { id: 'b', parent: 'a', name: 'B' },
    ];
    expect(pathOf('a', loop).length).toBeLessThanOrEqual(64);
    expect(pathOf('a', [{ id: 'a', parent: 'a', name: 'A', role: 'root' }])).toEqual([]);
  });
});
