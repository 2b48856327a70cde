import { describe, expect, it } from 'vitest';
import { memoryRecords } from '../../../../../workers/jobs/records.ts';
import { folderNotes } from '../../../../../workers/jobs/restore-journal.ts';
import { utf8 } from '../../../../../workers/kernel/bytes.ts';
import type { JsonValue, Row } from '../../../../../workers/repository/model.ts';
import { messageJson, sourceProperty } from '../../../../../workers/workloads/mail/message-json.ts';
import { splitMime } from '../../../../../workers/workloads/mail/mime-split.ts';
import { mailRestore } from '../../../../../workers/workloads/mail/restore.ts';
import { createMemoryStore } from '../../../../contract/workload-world.ts';
import { Refusal, scriptedGraph, type Script } from '../scripted-graph.ts';

const account = { id: 'amy', userPrincipalName: 'amy@contoso.example', displayName: 'Amy' };
const place = { target: { account, folder: 'dated' }, folder: 'dated' };
const rowWith = (facts: Record<string, JsonValue>, more: Partial<Row> = {}): Row => ({
  key: 'k',
  item: 'AAabc',
  folder: 'inbox',
  name: 'Hello',
  date: '2026-01-01T00:00:00.000Z',
  size: 1,
  version: '1',
  state: 'stored',
  parts: [],
  meta: { facts },
  ...more,
});
const body = { body: { contentType: 'text' as const, content: 'Hi' }, headers: [], sealed: false };
const properties = (row: Row) =>
  (messageJson(row, body).json['singleValueExtendedProperties'] as { id: string; value: string }[]).map(
    ({ id, value }) => `${id}=${value}`,
  );

async function put(script: Script) {
  const store = createMemoryStore();
  const frame = await store.store('mime-frame', splitMime(utf8('Subject: Hello\r\n\r\nHi\r\n')).frame);
  if (!frame.ok) throw new Error(frame.error.detail);
  const graph = scriptedGraph(script);
  const result = await mailRestore.putItem(place, rowWith({}, { parts: [frame.value] }), store, graph.deps);
  return { result, asked: graph.asked };
}
const found = (id: string, value: string) => ({
  id,
  singleValueExtendedProperties: [{ id: sourceProperty, value }],
});

describe('a message as it is created', () => {
  it('carries its dates, its source, and the flags that make it no draft', () => {
    const row = rowWith({ sent: '2026-01-01T10:00:00Z', received: '2026-01-01T10:00:05Z' });
    expect(properties(row)).toEqual([
      'Integer 0x0E07=4',
      'SystemTime 0x0039=2026-01-01T10:00:00Z',
      'SystemTime 0x0E06=2026-01-01T10:00:05Z',
      `${sourceProperty}=AAabc`,
    ]);
    expect(properties(rowWith({}, { meta: { isRead: true } }))[0]).toBe('Integer 0x0E07=5');
  });

  it('stays a draft where it was one', () => {
    expect(
      properties(rowWith({ draft: true })).some((property) => property.startsWith('Integer 0x0E07')),
    ).toBe(false);
  });

  it('names who to answer only where Exchange takes the address, and says what it left out', () => {
    const replyTo = [{ name: 'Desk', address: 'desk@fabrikam.example' }, { name: 'undisclosed' }];
    const { json, losses } = messageJson(rowWith({ replyTo }), body);
    expect(json['replyTo']).toEqual([{ emailAddress: { name: 'Desk', address: 'desk@fabrikam.example' } }]);
    expect(losses).toEqual([expect.stringMatching(/^Reply-to/)]);
  });

  it('gives a due date the start that Graph insists on', () => {
    const due = { dateTime: '2026-12-24T00:00:00', timeZone: 'UTC' };
    const { json } = messageJson(rowWith({ flag: { status: 'flagged', due } }), body);
    expect(json['flag']).toEqual({ flagStatus: 'flagged', startDateTime: due, dueDateTime: due });
  });

  it('says that a meeting request comes back as a message', () => {
    expect(messageJson(rowWith({ type: 'eventMessageRequest' }), body).losses).toEqual([
      expect.stringContaining('eventMessageRequest'),
    ]);
  });
});

describe('putting a message back', () => {
  it('is not misled by an id that differs in case alone', async () => {
    const { result } = await put(({ method }) =>
      method === 'GET' ? { value: [found('other', 'AAABC')] } : { id: 'new' },
    );
    expect(result).toMatchObject({ ok: true, value: { id: 'new', created: true } });
  });

  it('makes nothing where it has been made before', async () => {
    const { result, asked } = await put(() => ({ value: [found('other', 'AAABC'), found('mine', 'AAabc')] }));
    expect(result).toMatchObject({ ok: true, value: { id: 'mine', created: false } });
    expect(asked.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('finds the message again where the answer to its creation was lost', async () => {
    let made = false;
    const { result } = await put(({ method }) => {
      if (method === 'GET') return { value: made ? [found('mine', 'AAabc')] : [] };
      made = true;
      return new Refusal('network/timed-out', 'later');
    });
    expect(result).toMatchObject({ ok: true, value: { id: 'mine' } });
  });

  it.each([
    ['multipart/signed; boundary=b; protocol="application/pkcs7-signature"'],
    ['application/pkcs7-mime; smime-type=enveloped-data'],
  ])('says of %s that its seal is lost', async (type) => {
    const script: Script = ({ method }) => (method === 'GET' ? { value: [] } : { id: 'new' });
    const properties = { v: 1, body: { contentType: 'text', content: 'Hi' }, attachments: [] };
    const store = createMemoryStore();
    const [frame, json] = await Promise.all([
      store.store('mime-frame', splitMime(utf8(`Content-Type: ${type}\r\n\r\nHi\r\n`)).frame),
      store.store('properties', utf8(JSON.stringify(properties))),
    ]);
    if (!frame.ok || !json.ok) throw new Error();
    const row = rowWith({}, { parts: [frame.value, json.value] });
    const result = await mailRestore.putItem(place, row, store, scriptedGraph(script).deps);
    expect(result).toMatchObject({ value: { losses: [expect.stringMatching(/^Signature or encryption/)] } });
  });

  it('hands other failures on', async () => {
    const { result } = await put(({ method }) =>
      method === 'GET' ? { value: [] } : new Refusal('graph/quota-exceeded'),
    );
    expect(result).toMatchObject({ ok: false, error: { code: 'graph/quota-exceeded' } });
  });

  it('refuses a row that has no content', async () => {
    const graph = scriptedGraph(() => ({}));
    expect(await mailRestore.putItem(place, rowWith({}), createMemoryStore(), graph.deps)).toMatchObject({
      ok: false,
      error: { code: 'repository/missing-blob' },
    });
    expect(graph.asked).toEqual([]);
  });
});

describe('the dated folder', () => {
  it('is found by its name where it is there already', async () => {
    const graph = scriptedGraph(({ method }) =>
      method === 'POST' ? new Refusal('graph/conflict') : { value: [{ id: 'there' }] },
    );
    expect(await mailRestore.openTarget(account, "Amy's", graph.deps)).toMatchObject({
      value: { folder: 'there' },
    });
    expect(graph.asked[1]?.path).toContain("displayName eq 'Amy''s'");
  });

  it('takes the place of the mailbox root', async () => {
    const graph = scriptedGraph(() => ({}));
    const root = { id: 'root', name: 'Top', role: 'msgfolderroot' };
    const deps = { ...graph.deps, notes: folderNotes(memoryRecords(), 'restore') };
    expect(await mailRestore.makeFolder(place.target, 'dated', root, deps)).toEqual({
      ok: true,
      value: 'dated',
    });
  });
});
