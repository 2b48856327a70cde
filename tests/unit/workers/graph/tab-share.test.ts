import { afterEach, describe, expect, it } from 'vitest';
import { createTabShare } from '../../../../workers/graph/tab-share.ts';
import type { PaceMessage } from '../../../../workers/graph/pace.ts';

const open: BroadcastChannel[] = [];
afterEach(() => {
  for (const channel of open.splice(0)) channel.close();
});

function otherTab(tenantId: string): BroadcastChannel {
  const channel = new BroadcastChannel(`holdfast:pace:${tenantId}`);
  open.push(channel);
  return channel;
}

describe('tabs at work on one tenant', () => {
  it('tell each other of waits and of what they spent, and ignore what they do not know', async () => {
    const heard: PaceMessage[] = [];
    const share = createTabShare('one');
    const done = new Promise<void>((resolve) =>
      share.listen((message) => void (heard.push(message), heard.length === 2 && resolve())),
    );
    const other = otherTab('one');
    otherTab('two').postMessage({ kind: 'fence', pool: 'drive', until: 9 });
    for (const odd of [
      null,
      5,
      {},
      { kind: 'fence', pool: 'x', until: 1 },
      { kind: 'fence', pool: 'drive', until: 'soon' },
      { kind: 'spent', pool: 'drive' },
    ]) {
      other.postMessage(odd);
    }
    other.postMessage({ kind: 'fence', pool: 'mailbox:a', until: 7 });
    other.postMessage({ kind: 'spent', pool: 'drive', units: 3 });
    await done;
    expect(heard).toEqual([
      { kind: 'fence', pool: 'mailbox:a', until: 7 },
      { kind: 'spent', pool: 'drive', units: 3 },
    ]);
    share.close();
  });
});
