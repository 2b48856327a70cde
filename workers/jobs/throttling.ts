/** The pools' waits in words, for whoever shows a job. */
import type { Pace, PaceWait } from '../graph/pace.ts';

export interface Throttling {
  /** The longest wait, or null; `untilMs` is milliseconds since the epoch. */
  waiting(): { readonly reason: string; readonly untilMs: number } | null;
  /** Called when `waiting` may have changed; the returned function ends it. */
  observe(listener: () => void): () => void;
}

export const throttlingOf = (pace: Pace): Throttling => ({
  waiting: () => {
    const [longest] = pace.waits();
    return longest ? { reason: inWords(longest), untilMs: longest.until } : null;
  },
  observe: (listener) => pace.observe(listener),
});

const poolWords = { drive: 'files', content: 'file contents', directory: 'the directory' } as const;

function inWords({ pool, reason }: PaceWait): string {
  const what = pool.startsWith('mailbox:') ? 'a mailbox' : poolWords[pool as keyof typeof poolWords];
  return reason === 'throttled'
    ? `Microsoft asked Holdfast to wait (${what})`
    : `Holdfast keeps below Microsoft's request limit (${what})`;
}
