import { describe, expect, it } from 'vitest';
import { attachAll } from '../../../../../workers/workloads/mail/attach-all.ts';
import type { RestorableAttachment } from '../../../../../workers/workloads/mail/stored-message.ts';
import { Refusal, scriptedGraph } from '../scripted-graph.ts';

const account = { id: 'amy', userPrincipalName: 'amy@contoso.example', displayName: 'Amy' };
const file = (name: string, size = 10): RestorableAttachment => ({
  kind: 'file',
  name,
  contentType: 'text/plain',
  inline: false,
  contentId: '',
  content: new Uint8Array(size),
});
const large = file('film.bin', 4_000_000);

/** A message that takes attachments; `fault` decides of each what becomes of its answer. */
function message(fault: (count: number) => 'lost' | 'refused' | undefined, begun: readonly string[] = []) {
  const names = [...begun];
  let count = 0;
  let session = '';
  const take = (name: string) => {
    const fate = fault(++count);
    if (fate !== 'refused') names.push(name);
    return fate;
  };
  const graph = scriptedGraph(({ method, path, body }) => {
    if (method === 'GET') return { value: names.map((name) => ({ name })) };
    if (method === 'UPLOAD') return take(session) ? new Refusal('graph/not-found') : null;
    if (path.endsWith('createUploadSession')) {
      session = (body as { AttachmentItem: { name: string } }).AttachmentItem.name;
      return { uploadUrl: 'https://up' };
    }
    return take((body as { name: string }).name) ? new Refusal('network/timed-out', 'later') : {};
  });
  return { names, graph, to: { account, path: '/users/amy/messages/new', deps: graph.deps } };
}

describe('the attachments of a restored message', () => {
  it('are attached in order, with no question where the message is new', async () => {
    const { names, graph, to } = message(() => undefined);
    expect(await attachAll([file('a'), file('b')], to, false)).toEqual({ ok: true, value: [] });
    expect(names).toEqual(['a', 'b']);
    expect(graph.asked.every(({ method }) => method === 'POST')).toBe(true);
  });

  it.each(['lost', 'refused'] as const)('are all there once after an answer was %s', async (fate) => {
    const { names, to } = message((count) => (count === 2 ? fate : undefined));
    expect(await attachAll([file('a'), file('same'), file('same')], to, false)).toMatchObject({ ok: true });
    expect(names).toEqual(['a', 'same', 'same']);
  });

  it.each(['lost', 'refused'] as const)('survive an upload session that ended: %s', async (fate) => {
    const { names, to } = message((count) => (count === 1 ? fate : undefined));
    expect(await attachAll([large, file('b')], to, false)).toMatchObject({ ok: true });
    expect(names).toEqual(['film.bin', 'b']);
  });

  it('without a name are not attached again where a restore continues', async () => {
    const { names, to } = message(() => undefined, ['attachment']);
    expect(await attachAll([file(''), file('b')], to, true)).toMatchObject({ ok: true });
    expect(names).toEqual(['attachment', 'b']);
  });

  it('fail after a bounded number of rounds', async () => {
    const { names, to } = message(() => 'refused');
    expect(await attachAll([file('a')], to, false)).toMatchObject({
      ok: false,
      error: { code: 'network/timed-out' },
    });
    expect(names).toEqual([]);
  });
});
