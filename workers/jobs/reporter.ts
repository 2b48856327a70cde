/** Hands snapshots of a job's progress to its listener: at most four a second, always the last one. */
import type { Clock } from '../kernel/clock.ts';

const INTERVAL_MS = 250;

/** The listener is a Comlink proxy: it returns a promise that fails when the page is gone, which no job cares about. */
export type Listener<T> = (value: T) => unknown;

export interface Reporter {
  /** Something changed: a snapshot goes out now or, when one just did, a quarter of a second after it. */
  touch(): void;
  /** Sends the final snapshot; nothing goes out after it. */
  finish(): void;
}

export function createReporter<T>(clock: Clock, listener: Listener<T>, snapshot: () => T): Reporter {
  let last = -Infinity;
  let scheduled = false;
  let finished = false;

  const send = () => {
    last = clock.now();
    tell(listener, snapshot());
  };
  const sendAfter = async (wait: number) => {
    await clock.sleep(wait);
    scheduled = false;
    if (!finished) send();
  };
  return {
    touch: () => {
      if (finished || scheduled) return;
      const wait = last + INTERVAL_MS - clock.now();
      if (wait <= 0) return send();
      scheduled = true;
      void sendAfter(wait);
    },
    finish: () => {
      finished = true;
      send();
    },
  };
}

/** Calls a listener that may live in another realm; its failures stay its own. */
export function tell<T>(listener: Listener<T>, value: T): void {
  void (async () => listener(value))().catch(() => {});
}
