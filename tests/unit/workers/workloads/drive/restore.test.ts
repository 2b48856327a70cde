import { describe, expect, it } from 'vitest';
import { utf8 } from '../../../../../workers/kernel/bytes.ts';
import type { Part, Row } from '../../../../../workers/repository/model.ts';
import { createPartReader } from '../../../../../workers/workloads/drive/part-reader.ts';
import { createQuickXorHash } from '../../../../../workers/workloads/drive/quick-xor-hash.ts';
import { driveRestore } from '../../../../../workers/workloads/drive/restore.ts';
import { createMemoryStore } from '../../../../contract/workload-world.ts';
import { Refusal, scriptedGraph, type Script } from '../scripted-graph.ts';

const account = { id: 'amy', userPrincipalName: 'amy@contoso.example', displayName: 'Amy' };
const place = { target: { account, folder: 'dated' }, folder: 'dated' };
const hash = createQuickXorHash();
hash.update(utf8('content'));
const meta = { hash: hash.digest(), created: '2024-01-01T00:00:00Z', modified: '2025-01-01T00:00:00Z' };

const rowOf = (part: Part, name = 'notes.txt'): Row => ({
  key: 'k',
  item: 'f',
  folder: 'root',
  name,
  date: '2025-01-01T00:00:00.000Z',
  size: part.size,
  version: 'v1',
  state: 'stored',
  parts: [part],
  meta,
});

async function put(script: Script, name?: string, part?: Part) {
  const store = createMemoryStore();
  const stored = await store.store('content', utf8('content'));
  if (!stored.ok) throw new Error();
  const graph = scriptedGraph(script);
  const result = await driveRestore.putItem(place, rowOf(part ?? stored.value, name), store, graph.deps);
  return { result, asked: graph.asked, uploads: graph.uploads };
}
const steps = (asked: readonly { method: string; path: string }[]) =>
  asked.map(({ method, path }) => `${method} ${path}`);
const there = (more: Record<string, unknown> = {}) => ({
  id: 'there',
  name: 'notes.txt',
  size: 7,
  file: { hashes: { quickXorHash: meta.hash } },
  ...more,
});

describe('putting a file back', () => {
  it('takes a session that names the dates and overwrites nothing', async () => {
    const { result, asked, uploads } = await put(({ method }) =>
      method === 'UPLOAD' ? { id: 'new' } : { uploadUrl: 'https://up' },
    );
    expect(result).toEqual({ ok: true, value: { id: 'new', created: true, losses: [] } });
    expect(asked[0]?.body).toEqual({
      item: {
        '@microsoft.graph.conflictBehavior': 'fail',
        name: 'notes.txt',
        fileSystemInfo: { createdDateTime: meta.created, lastModifiedDateTime: meta.modified },
      },
    });
    expect((uploads[0]?.fragment ?? 1) % 327_680).toBe(0);
  });

  it('goes by PUT and PATCH where sessions are refused, and keeps the dates', async () => {
    const { result, asked } = await put(({ path }) =>
      path.endsWith('Session') ? new Refusal('graph/forbidden') : { id: 'new' },
    );
    expect(result).toMatchObject({ ok: true, value: { id: 'new' } });
    expect(steps(asked)).toEqual([
      'POST /users/amy/drive/items/dated:/notes.txt:/createUploadSession',
      'PUT /users/amy/drive/items/dated:/notes.txt:/content?@microsoft.graph.conflictBehavior=fail',
      'PATCH /users/amy/drive/items/new',
    ]);
    expect(asked[2]?.body).toMatchObject({ fileSystemInfo: { lastModifiedDateTime: meta.modified } });
  });

  it('says so where sessions are refused and the file is too large for a PUT', async () => {
    const { result } = await put(() => new Refusal('graph/forbidden'), 'film.mp4', {
      role: 'content',
      blobs: [],
      size: 3e8,
    });
    expect(result).toMatchObject({ ok: false, error: { code: 'graph/too-large' } });
  });

  it('counts an equal file that is there as restored before', async () => {
    const { result } = await put(({ method }) =>
      method === 'GET' ? there() : method === 'PATCH' ? {} : new Refusal('graph/conflict'),
    );
    expect(result).toEqual({ ok: true, value: { id: 'there', created: false, losses: [] } });
  });

  it('numbers a file whose name another one has taken, and says so', async () => {
    const { result, asked } = await put(({ method, path }) => {
      if (method === 'UPLOAD') return { id: 'second' };
      if (method === 'GET') return there({ size: 8 });
      return path.includes('(2)') ? { uploadUrl: 'https://up' } : new Refusal('graph/conflict');
    });
    expect(steps(asked)).toContain('POST /users/amy/drive/items/dated:/notes (2).txt:/createUploadSession');
    expect(result).toMatchObject({
      ok: true,
      value: { id: 'second', created: true, losses: [expect.stringMatching(/^Name/)] },
    });
  });

  it('finds the file again where the answer to an upload was lost', async () => {
    const { result } = await put(({ method }) =>
      method === 'GET'
        ? there()
        : method === 'UPLOAD'
          ? new Refusal('network/timed-out', 'later')
          : { uploadUrl: 'https://up' },
    );
    expect(result).toMatchObject({ ok: true, value: { id: 'there', created: false } });
  });

  it('takes another session where one has ended before its time', async () => {
    let uploads = 0;
    const { result, asked } = await put(({ method }) => {
      if (method !== 'UPLOAD') return { uploadUrl: 'https://up' };
      return ++uploads === 1 ? new Refusal('graph/not-found') : { id: 'new' };
    });
    expect(result).toMatchObject({ ok: true, value: { id: 'new', created: true } });
    expect(asked.filter(({ method }) => method === 'POST')).toHaveLength(2);
    const never = await put(({ method }) =>
      method === 'UPLOAD' ? new Refusal('graph/not-found') : { uploadUrl: 'https://up' },
    );
    expect(never.result).toMatchObject({ ok: false, error: { code: 'graph/not-found' } });
    expect(never.uploads).toHaveLength(3);
  });

  it('finds the file where its session ended with it and the last answer was lost', async () => {
    let sessions = 0;
    const { result } = await put(({ method }) => {
      if (method === 'GET') return there();
      if (method === 'PATCH') return {};
      if (method === 'UPLOAD') return new Refusal('graph/not-found');
      return ++sessions === 1 ? { uploadUrl: 'https://up' } : new Refusal('graph/conflict');
    });
    expect(result).toMatchObject({ ok: true, value: { id: 'there', losses: [] } });
  });

  it('sets the dates of a file that was put there without them before it was cut short', async () => {
    const { asked } = await put(({ method }) =>
      method === 'GET' ? there() : method === 'PATCH' ? {} : new Refusal('graph/conflict'),
    );
    expect(asked.at(-1)).toMatchObject({
      method: 'PATCH',
      path: '/users/amy/drive/items/there',
      body: { fileSystemInfo: { createdDateTime: meta.created, lastModifiedDateTime: meta.modified } },
    });
    const dated = there({
      fileSystemInfo: { createdDateTime: meta.created, lastModifiedDateTime: meta.modified },
    });
    const whole = await put(({ method }) => (method === 'GET' ? dated : new Refusal('graph/conflict')));
    expect(whole.asked.some(({ method }) => method === 'PATCH')).toBe(false);
  });

  it('hands other failures on', async () => {
    const { result } = await put(() => new Refusal('graph/quota-exceeded'));
    expect(result).toMatchObject({ ok: false, error: { code: 'graph/quota-exceeded' } });
  });
});

describe('comparing a restored file', () => {
  const compare = (answer: unknown, name = 'notes.txt') => {
    const graph = scriptedGraph(() => answer);
    const restored = { id: 'new', created: true, losses: [] };
    return driveRestore.compare(
      place.target,
      restored,
      rowOf({ role: 'content', blobs: [], size: 7 }, name),
      graph.deps,
    );
  };
  const dates = { createdDateTime: '2024-01-01T00:00:00.000Z', lastModifiedDateTime: '2025-01-01T00:00:00Z' };

  it('finds equal what is equal', async () => {
    expect(await compare(there({ fileSystemInfo: dates }))).toEqual({ ok: true, value: [] });
  });

  it('names each field that differs', async () => {
    const other = there({ name: 'n', size: 8, file: { hashes: { quickXorHash: 'x' } }, fileSystemInfo: {} });
    expect(await compare(other)).toEqual({
      ok: true,
      value: ['name', 'size', 'quickXorHash', 'createdDateTime', 'lastModifiedDateTime'],
    });
  });

  it('tells a rewritten Office document from a damaged file', async () => {
    const rewritten = there({ name: 'a.docx', size: 9, fileSystemInfo: dates });
    expect(await compare(rewritten, 'a.docx')).toMatchObject({ value: [expect.stringContaining('Office')] });
  });
});

describe('reading a part in ranges', () => {
  it('gives any range, forwards and back', async () => {
    const store = createMemoryStore();
    const content = Uint8Array.from({ length: 1_000_000 }, (_, i) => (i * 7 + (i >> 8)) & 255);
    const part = await store.store('content', content);
    if (!part.ok) throw new Error();
    const read = createPartReader(part.value, store);
    for (const [offset, length] of [
      [0, 10],
      [10, 400_000],
      [400_010, 1],
      [700_000, 299_999],
      [5, 5],
      [999_990, 100],
      [0, 1_000_000],
    ] as const) {
      const got = await read(offset, length);
      expect(
        got.ok && Buffer.from(got.value).equals(Buffer.from(content.subarray(offset, offset + length))),
      ).toBe(true);
    }
  });
});
