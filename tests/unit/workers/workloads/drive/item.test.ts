import { describe, expect, it } from 'vitest';
import { utf8 } from '../../../../../workers/kernel/bytes.ts';
import type { Row } from '../../../../../workers/repository/model.ts';
import { createDriveWorkload } from '../../../../../workers/workloads/drive/index.ts';
import { createQuickXorHash } from '../../../../../workers/workloads/drive/quick-xor-hash.ts';
import { explainSkip } from '../../../../../workers/workloads/registry.ts';
import { createMemoryStore } from '../../../../contract/workload-world.ts';
import { Refusal, Resumed, scriptedGraph, type Script } from '../scripted-graph.ts';

const account = { id: 'amy', userPrincipalName: 'amy@contoso.example', displayName: 'Amy' };
const hashOf = (content: string): string => {
  const hash = createQuickXorHash();
  hash.update(utf8(content));
  return hash.digest();
};
const item = (content: string, eTag: string, more: Record<string, unknown> = {}) => ({
  id: 'f',
  name: 'notes.txt',
  size: content.length,
  eTag,
  parentReference: { id: 'root' },
  lastModifiedDateTime: '2026-01-01T00:00:00Z',
  file: { mimeType: 'text/plain', hashes: { quickXorHash: hashOf(content) } },
  '@microsoft.graph.downloadUrl': `https://contoso.sharepoint.com/${eTag}`,
  ...more,
});
const row = (content: string, eTag: string, name = 'notes.txt'): Row => ({
  key: 'k',
  item: 'f',
  folder: 'root',
  name,
  date: '2026-01-01T00:00:00.000Z',
  size: content.length,
  version: eTag,
  state: 'pending',
  parts: [],
  meta: { hash: hashOf(content) },
});

async function fetch(of: Row, script: Script) {
  const graph = scriptedGraph(script);
  const store = createMemoryStore();
  const outcome = await createDriveWorkload(graph.deps.clock).fetch(account, of, store, graph.deps);
  const part = outcome.kind === 'stored' ? outcome.row.parts[0] : undefined;
  const content = part?.blobs.map((id) => Buffer.from(store.blobs.get(id) ?? []).toString()).join('');
  return { outcome, content, asked: graph.asked };
}
const isDownload = (method: string): boolean => method === 'DOWNLOAD';

describe('fetching a file', () => {
  it('stores what its hash announces', async () => {
    const { outcome, content } = await fetch(row('one', 'v1'), ({ method }) =>
      isDownload(method) ? utf8('one') : item('one', 'v1'),
    );
    expect(outcome).toMatchObject({ kind: 'stored', row: { state: 'stored', version: 'v1' } });
    expect(content).toBe('one');
  });

  it('stores the new version of a file that changed since it was listed', async () => {
    const { outcome, content } = await fetch(row('one', 'v1'), ({ method }) =>
      isDownload(method) ? utf8('two!') : item('two!', 'v2'),
    );
    expect(outcome).toMatchObject({
      kind: 'stored',
      row: { version: 'v2', size: 4, meta: { hash: hashOf('two!') } },
    });
    expect(content).toBe('two!');
  });

  it('begins again, once, where the file changes during its download', async () => {
    let version = 1;
    const { outcome, content, asked } = await fetch(row('one', 'v1'), ({ method, path }) => {
      if (!isDownload(method)) return version === 1 ? item('one', 'v1') : item('changed', 'v2');
      if (path.endsWith('v1')) {
        version = 2;
        return utf8('changed');
      }
      return utf8('changed');
    });
    expect(outcome).toMatchObject({ kind: 'stored', row: { version: 'v2' } });
    expect(content).toBe('changed');
    expect(asked.filter(({ method }) => isDownload(method))).toHaveLength(2);
  });

  it('asks anew for a file that became shorter while it was being downloaded', async () => {
    const { content, outcome } = await fetch(row('long', 'v1'), ({ method, path }, count) => {
      if (!isDownload(method)) return count === 1 ? item('long', 'v1') : item('new', 'v2');
      return path.endsWith('v1') ? new Refusal('graph/conflict') : utf8('new');
    });
    expect(content).toBe('new');
    expect(outcome).toMatchObject({ kind: 'stored', row: { version: 'v2', size: 3 } });
  });

  it('never mixes two versions where a link expires in between', async () => {
    let links = 0;
    const { content, outcome } = await fetch(row('one', 'v1'), ({ method, path }) => {
      if (!isDownload(method)) return ++links === 1 ? item('one', 'v1') : item('second', 'v2');
      return path.endsWith('v1') ? new Refusal('graph/forbidden') : utf8('second');
    });
    expect(content).toBe('second');
    expect(outcome).toMatchObject({ row: { version: 'v2', size: 6 } });
  });

  describe('that broke off and went on', () => {
    const noHash = { file: { mimeType: 'text/plain' } };
    const plain = { ...row('one', 'v1'), meta: {} };
    const changing = (more: Record<string, unknown>): Script => {
      let version = 1;
      return ({ method, path }) => {
        if (!isDownload(method)) return item(version === 1 ? 'one' : 'two', `v${version}`, more);
        version = 2;
        return path.endsWith('v1') ? new Resumed(utf8('owo')) : utf8('two');
      };
    };

    it('never mixes two versions of one length where there is no hash', async () => {
      const { content, outcome } = await fetch(plain, changing(noHash));
      expect(content).toBe('two');
      expect(outcome).toMatchObject({ kind: 'stored', row: { version: 'v2' } });
    });

    it('never mixes two versions of an Office document, whose hash proves nothing', async () => {
      let version = 1;
      const { outcome } = await fetch(row('one', 'v1', 'plan.docx'), ({ method }) => {
        if (!isDownload(method)) return item('one', `v${version}`, { name: 'plan.docx' });
        version += 1;
        return new Resumed(utf8('eno'));
      });
      expect(outcome).toMatchObject({ kind: 'failed', failure: { code: 'network/truncated' } });
    });

    it('is stored where its version is still the same, and not asked about where its hash proves it', async () => {
      const same = await fetch(plain, ({ method }) =>
        isDownload(method) ? new Resumed(utf8('one')) : item('one', 'v1', noHash),
      );
      expect(same.content).toBe('one');
      expect(same.asked).toHaveLength(3);
      const proven = await fetch(row('one', 'v1'), ({ method }) =>
        isDownload(method) ? new Resumed(utf8('one')) : item('one', 'v1'),
      );
      expect(proven.asked).toHaveLength(2);
    });

    it('hears that the file is gone by now', async () => {
      const { outcome } = await fetch(plain, ({ method }, count) => {
        if (isDownload(method)) return new Resumed(utf8('one'));
        return count === 1
          ? item('one', 'v1', noHash)
          : new Refusal('graph/not-found', 'no', { graphCode: 'itemNotFound' });
      });
      expect(outcome).toEqual({ kind: 'vanished' });
    });
  });

  it('fails a file whose content stays another one than announced', async () => {
    const { outcome } = await fetch(row('one', 'v1'), ({ method }) =>
      isDownload(method) ? utf8('eno') : item('one', 'v1'),
    );
    expect(outcome).toMatchObject({ kind: 'failed', failure: { code: 'network/truncated', retry: 'later' } });
  });

  it('stores an Office document that SharePoint has rewritten, and notes the hash that came', async () => {
    const { outcome, content } = await fetch(row('one', 'v1', 'plan.docx'), ({ method }) =>
      isDownload(method) ? utf8('ONE') : item('one', 'v1', { name: 'plan.docx' }),
    );
    expect(outcome).toMatchObject({ kind: 'stored', row: { meta: { receivedHash: hashOf('ONE') } } });
    expect(content).toBe('ONE');
  });

  it('stores an Office document longer than its listing says, and no other file', async () => {
    const longer = (name: string) =>
      fetch(row('one', 'v1', name), ({ method }) =>
        isDownload(method) ? utf8('one and more') : item('one', 'v1', { name }),
      );
    expect((await longer('plan.xlsx')).content).toBe('one and more');
    expect((await longer('plan.txt')).outcome).toMatchObject({ kind: 'failed' });
  });

  it('stores an empty file without downloading it', async () => {
    const { content, asked } = await fetch(row('', 'v1'), () =>
      item('', 'v1', { '@microsoft.graph.downloadUrl': undefined }),
    );
    expect(content).toBe('');
    expect(asked.some(({ method }) => isDownload(method))).toBe(false);
  });

  it.each([
    ['graph/not-found', { kind: 'failed' }],
    ['graph/locked', { kind: 'failed', failure: { code: 'graph/locked' } }],
  ] as const)('answers %s as it should', async (code, expected) => {
    expect((await fetch(row('one', 'v1'), () => new Refusal(code))).outcome).toMatchObject(expected);
  });

  it('takes Graph’s word that it is gone, and no other 404', async () => {
    const gone = new Refusal('graph/not-found', 'no', { graphCode: 'itemNotFound' });
    expect((await fetch(row('one', 'v1'), () => gone)).outcome).toEqual({ kind: 'vanished' });
    const deadLink = await fetch(row('one', 'v1'), ({ method }) =>
      isDownload(method) ? gone : item('one', 'v1'),
    );
    expect(deadLink.outcome).toMatchObject({ kind: 'failed', failure: { code: 'graph/not-found' } });
  });

  it.each([
    ['gone', () => new Refusal('graph/not-found', 'no', { graphCode: 'itemNotFound' }), { kind: 'vanished' }],
    ['malware', () => item('one', 'v1', { malware: {} }), { kind: 'skipped', cause: 'malware' }],
    ['unknown for now', () => new Refusal('graph/not-found'), { kind: 'failed' }],
  ])('hears from Graph that the file is %s when its link has died', async (_, answer, expected) => {
    let asked = 0;
    const { outcome } = await fetch(row('one', 'v1'), ({ method }) => {
      if (isDownload(method)) return new Refusal('graph/forbidden');
      return ++asked === 1 ? item('one', 'v1') : answer();
    });
    expect(outcome).toMatchObject(expected);
  });

  it('skips what Microsoft marks as malware, before or during the download', async () => {
    const marked = await fetch(row('one', 'v1'), () => item('one', 'v2', { malware: {} }));
    const found = await fetch(row('one', 'v1'), ({ method }) =>
      isDownload(method) ? new Refusal('graph/malware') : item('one', 'v1'),
    );
    for (const { outcome } of [marked, found]) {
      expect(outcome).toMatchObject({
        kind: 'skipped',
        cause: 'malware',
        row: { state: 'skipped', parts: [] },
      });
    }
    expect(explainSkip('drive', 'malware')?.why).toContain('malware');
  });
});
