/** Pause, resume, cancel and stop of one running job: asked from outside, obeyed by the job between items. */
import type { Failure } from '../kernel/failure.ts';

export interface RunControl {
  readonly state: 'running' | 'paused' | 'cancelled' | 'stopped';
  /** Aborts requests in flight once the job is cancelled or stopped; a pause lets them finish. */
  readonly signal: AbortSignal;
  /** Why the job cannot go on: storage, sign-in, relay or connection, not an item. */
  readonly failure: Failure | undefined;
  pause(): void;
  resume(): void;
  cancel(): void;
  stop(failure: Failure): void;
  /** Resolves as soon as the job is not paused. */
  passage(): Promise<void>;
}

export function createRunControl(onChange: () => void = () => {}): RunControl {
  const abort = new AbortController();
  let state: RunControl['state'] = 'running';
  let failure: Failure | undefined;
  let waiting: (() => void)[] = [];

  const move = (to: RunControl['state'], from: readonly RunControl['state'][]): boolean => {
    if (!from.includes(state)) return false;
    state = to;
    if (to !== 'paused') {
      const released = waiting;
      waiting = [];
      for (const release of released) release();
    }
    onChange();
    return true;
  };

  return {
    get state() {
      return state;
    },
    get failure() {
      return failure;
    },
    signal: abort.signal,
    pause: () => void move('paused', ['running']),
    resume: () => void move('running', ['paused']),
    cancel: () => {
      if (move('cancelled', ['running', 'paused'])) abort.abort();
    },
    stop: (cause) => {
      if (state !== 'running' && state !== 'paused') return;
      failure = cause;
      move('stopped', ['running', 'paused']);
      abort.abort();
    },
    passage: () =>
      state === 'paused' ? new Promise<void>((resolve) => waiting.push(resolve)) : Promise.resolve(),
  };
}
