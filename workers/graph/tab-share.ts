/**
 * Tabs tell each other over a BroadcastChannel what they spent and when the service asked them to wait. The number of
 * requests in flight is not shared: the job's Web Lock keeps two tabs from one mailbox's backup.
 */
import type { PaceMessage, PaceShare } from './pace.ts';

export function createTabShare(tenantId: string): PaceShare & { close(): void } {
  const channel = new BroadcastChannel(`holdfast:pace:${tenantId}`);
  return {
    post: (message) => channel.postMessage(message),
    close: () => channel.close(),
    listen(listener) {
      channel.addEventListener('message', (event: MessageEvent<unknown>) => {
        if (isPaceMessage(event.data)) listener(event.data);
      });
    },
  };
}

/** Another build of Holdfast may be open in the other tab. */
function isPaceMessage(data: unknown): data is PaceMessage {
  if (typeof data !== 'object' || data === null) return false;
  const { kind, pool, until, units } = data as Record<string, unknown>;
  if (typeof pool !== 'string' || !/^(mailbox:.{1,200}|drive|directory|content)$/.test(pool)) return false;
  return kind === 'fence' ? typeof until === 'number' : kind === 'spent' && typeof units === 'number';
}
