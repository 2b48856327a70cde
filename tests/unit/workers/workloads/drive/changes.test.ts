import { describe, expect, it } from 'vitest';
import { createDriveWorkload } from '../../../../../workers/workloads/drive/index.ts';
import { Copy } from '../../../../contract/workload-world.ts';
import { Refusal, scriptedGraph } from '../scripted-graph.ts';

const account = { id: 'amy', userPrincipalName: 'amy@contoso.example', displayName: 'Amy' };
const root = { id: 'root', name: 'root', root: {}, folder: {} };
const folder = (id: string, parent = 'root') => ({
  id,
  name: id,
  folder: {},
  parentReference: { id: parent },
});
const file = (id: string, parent: string, version = 'v1') => ({
  id,
  name: `${id}.txt`,
  size: 1,
  eTag: version,
  file: { hashes: { quickXorHash: `hash-${id}` } },
  parentReference: { id: parent },
});
const gone = (id: string) => ({ id, deleted: { state: 'deleted' } });

const first = {
  value: [root, folder('docs'), folder('old'), file('a', 'docs'), file('b', 'old')],
  '@odata.deltaLink': 'start',
};

/** A copy of `first`, stored; later questions are answered by link. */
async function copyOf(pages: Readonly<Record<string, unknown>>) {
  const graph = scriptedGraph(({ path }) =>
    path.startsWith('/users/amy/drive/root/delta?') ? first : pages[path],
  );
  const copy = new Copy(createDriveWorkload(graph.deps.clock), account, graph.deps);
  await copy.list();
  for (const row of copy.rows.values())
    copy.rows.set(row.item, { ...row, state: 'stored', parts: [{ role: 'content', blobs: [], size: 1 }] });
  return { copy, graph };
}

describe('changes of a drive', () => {
  it('keep a file that moves out of a folder which is deleted first', async () => {
    const { copy } = await copyOf({
      start: { value: [gone('old')], '@odata.nextLink': 'more' },
      more: { value: [file('b', 'docs', 'v2')], '@odata.deltaLink': 'end' },
    });
    await copy.list();
    expect(copy.rows.get('b')).toMatchObject({ folder: 'docs', state: 'stored', version: 'v2' });
    expect(copy.rows.get('b')?.parts).toHaveLength(1);
    expect(copy.folder('old')).toBeUndefined();
  });

  it('keep a file and a folder that come back after their deletion', async () => {
    const { copy } = await copyOf({
      start: { value: [gone('b'), gone('old')], '@odata.nextLink': 'more' },
      more: { value: [folder('old'), file('b', 'old', 'v2')], '@odata.deltaLink': 'end' },
    });
    await copy.list();
    expect(copy.rows.get('b')).toMatchObject({ state: 'stored', version: 'v2' });
    expect(copy.folder('old')).toBeDefined();
  });

  it('are told again where a run was cut short before a deletion was applied', async () => {
    const { copy } = await copyOf({
      start: { value: [gone('a')], '@odata.nextLink': 'more' },
      more: { value: [], '@odata.deltaLink': 'end' },
    });
    await copy.list(1);
    expect(copy.cursors['drive']?.link).toBe('start');
    await copy.list();
    expect([...copy.rows.keys()]).toEqual(['b']);
    expect(copy.cursors['drive']?.link).toBe('end');
  });

  it('count the last of several mentions', async () => {
    const { copy } = await copyOf({
      start: {
        value: [file('a', 'old', 'v2'), gone('b'), file('a', 'docs', 'v3'), file('b', 'old')],
        '@odata.deltaLink': 'end',
      },
    });
    await copy.list();
    expect(copy.rows.get('a')).toMatchObject({ folder: 'docs', version: 'v3' });
    expect(copy.rows.has('b')).toBe(true);
  });

  it('take a deleted folder away with everything below it, listed or not', async () => {
    const { copy } = await copyOf({ start: { value: [gone('old')], '@odata.deltaLink': 'end' } });
    await copy.list();
    expect([...copy.rows.keys()]).toEqual(['a']);
  });

  it('fetch the new content of a file of the same size', async () => {
    const changed = { ...file('a', 'docs', 'v2'), file: { hashes: { quickXorHash: 'other' } } };
    const { copy } = await copyOf({ start: { value: [changed], '@odata.deltaLink': 'end' } });
    await copy.list();
    expect(copy.rows.get('a')).toMatchObject({ state: 'pending', parts: [] });
  });

  it('start anew at most twice where every cursor is refused', async () => {
    const refusing = scriptedGraph(() => new Refusal('graph/resync-required'));
    const copy = new Copy(createDriveWorkload(refusing.deps.clock), account, refusing.deps);
    expect(await copy.list()).toMatchObject({ ok: false, error: { code: 'graph/resync-required' } });
    expect(refusing.asked).toHaveLength(3);
  });

  it('hold no link to content in rows, which are kept', async () => {
    const { copy } = await copyOf({
      start: {
        value: [{ ...file('c', 'docs'), '@microsoft.graph.downloadUrl': 'https://secret' }],
        '@odata.deltaLink': 'end',
      },
    });
    await copy.list();
    expect(JSON.stringify([...copy.rows.values()])).not.toContain('secret');
  });
});
