import { describe, expect, it } from 'vitest';
import { utf8 } from '../../../../../workers/kernel/bytes.ts';
import type { Row } from '../../../../../workers/repository/model.ts';
import type { ContentSink } from '../../../../../workers/workloads/workload.ts';
import { createMailWorkload } from '../../../../../workers/workloads/mail/index.ts';
import { explainSkip } from '../../../../../workers/workloads/registry.ts';
import { createMemoryStore } from '../../../../contract/workload-world.ts';
import { Refusal, scriptedGraph, type Script } from '../scripted-graph.ts';

const account = { id: 'amy', userPrincipalName: 'amy@contoso.example', displayName: 'Amy' };
const row: Row = {
  key: 'k',
  item: 'a',
  folder: 'inbox',
  name: 'Hello',
  date: '2026-01-01T00:00:00.000Z',
  size: 0,
  version: '1',
  state: 'pending',
  parts: [],
  meta: { preview: 'Hello there' },
};
const plain = utf8('Subject: Hello\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello there\r\n');
const mixed = utf8(
  'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello there\r\n' +
    '--b\r\nContent-Type: text/csv; name=a.csv\r\nContent-Disposition: attachment\r\n\r\n1;2\r\n--b--\r\n',
);

async function fetch(script: Script, of: Row = row) {
  const graph = scriptedGraph(script);
  const store = createMemoryStore();
  const outcome = await createMailWorkload().fetch(account, of, store, graph.deps);
  return { outcome, asked: graph.asked.map(({ path }) => path), store };
}

describe('messages in memory', () => {
  /** How many of three are held at a time. */
  async function mostHeld(size: number): Promise<number> {
    const workload = createMailWorkload();
    let [held, most] = [0, 0];
    const { deps } = scriptedGraph(() => {
      most = Math.max(most, ++held);
      return plain;
    });
    const memory = createMemoryStore();
    const sink: ContentSink = {
      store: async (role, content) => {
        const part = await memory.store(role, content);
        held -= 1;
        return part;
      },
    };
    const rows = ['a', 'b', 'c'].map((item) => ({ ...row, item, size }));
    await Promise.all(rows.map((each) => workload.fetch(account, each, sink, deps)));
    return most;
  }

  it('are few where they are large, whichever mailboxes they come from', async () => {
    expect(await mostHeld(40 * 1024 * 1024)).toBe(1);
    expect(await mostHeld(20 * 1024 * 1024)).toBe(3);
  });
});

describe('fetching a message', () => {
  it('takes one request where its MIME says everything', async () => {
    const { outcome, asked } = await fetch(() => plain);
    expect(asked).toEqual(['/users/amy/messages/a/$value']);
    expect(outcome).toMatchObject({ kind: 'stored', row: { state: 'stored', size: plain.length } });
  });

  it.each([
    ['the preview begins otherwise', plain, { ...row, meta: { preview: 'Something else' } }],
    [
      'the service counts attachments',
      plain,
      { ...row, meta: { preview: 'Hello there', hasAttachments: true } },
    ],
    ['it has several parts', mixed, row],
    ['its charset is unknown', utf8('Content-Type: text/plain\r\n\r\nHello there é'), row],
    [
      'it is in a broken encoding',
      utf8('Content-Transfer-Encoding: quoted-printable\r\n\r\nHello there =ZZ'),
      row,
    ],
  ])('asks Graph too where %s', async (_, mime, of) => {
    const { outcome, asked } = await fetch(
      ({ path }) =>
        path.endsWith('$value')
          ? mime
          : { body: { contentType: 'html', content: '<p>Hello</p>' }, attachments: [] },
      of,
    );
    expect(asked).toHaveLength(2);
    expect(asked[1]).toContain('$select=body&$expand=attachments(');
    expect(outcome).toMatchObject({
      kind: 'stored',
      row: { parts: [{ role: 'mime-frame' }, { role: 'properties' }] },
    });
  });

  it('names attachments, and asks for a content that no MIME reader gives exactly', async () => {
    const { outcome, asked, store } = await fetch(({ path }) => {
      if (path.includes('/attachments/x/')) return utf8('1;2');
      if (path.endsWith('$value')) return mixed;
      const attachment = { '@odata.type': '#microsoft.graph.fileAttachment', id: 'x', name: 'a.csv' };
      return { body: { contentType: 'text', content: 'Hello there' }, attachments: [attachment] };
    });
    expect(asked[2]).toBe('/users/amy/messages/a/attachments/x/$value');
    expect(outcome).toMatchObject({
      row: { meta: { attachments: ['a.csv'] }, parts: [{}, {}, { role: 'attachment', size: 3 }] },
    });
    expect([...store.blobs.values()].map((bytes) => Buffer.from(bytes).toString())).toContain('1;2');
  });

  it('keeps the message, marked as partial, where Exchange cannot hand out an attachment', async () => {
    const { outcome } = await fetch(({ path }) => {
      if (path.includes('/attachments/x/')) return new Refusal('graph/corrupt-item');
      if (path.endsWith('$value')) return mixed;
      return {
        body: null,
        attachments: [{ '@odata.type': '#microsoft.graph.fileAttachment', id: 'x', name: 'bad' }],
      };
    });
    expect(outcome).toMatchObject({
      kind: 'stored',
      row: { state: 'partial', reason: 'graph/corrupt-item' },
    });
  });

  it('takes Graph’s word that it is gone, and no other 404', async () => {
    const gone = new Refusal('graph/not-found', 'no', { graphCode: 'ErrorItemNotFound' });
    expect((await fetch(() => gone)).outcome).toEqual({ kind: 'vanished' });
  });

  it.each([
    ['graph/not-found', { kind: 'failed' }],
    [
      'graph/corrupt-item',
      { kind: 'skipped', cause: 'corrupt-item', row: { state: 'skipped', reason: 'corrupt-item' } },
    ],
    ['graph/too-large', { kind: 'skipped', cause: 'too-large' }],
    ['graph/unavailable', { kind: 'failed', failure: { code: 'graph/unavailable' } }],
    ['network/offline', { kind: 'failed' }],
  ] as const)('answers %s as it should', async (code, expected) => {
    const { outcome } = await fetch(() => new Refusal(code));
    expect(outcome).toMatchObject(expected);
    if (outcome.kind === 'skipped')
      expect(explainSkip('mail', outcome.cause)?.link).toMatch(/^https:\/\/learn\.microsoft/);
  });
});
