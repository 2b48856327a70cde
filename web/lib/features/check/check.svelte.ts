/** The check: what it says while it reads, and its report. */
import * as Comlink from 'comlink';
import type { CheckReport } from '#workers/contract/check.ts';
import type { Failure } from '#workers/kernel/failure.ts';
import type { Engine } from '#lib/engine/engine.svelte.ts';

export class Check {
  running = $state(false);
  /** What has been read so far, newest last. */
  notes = $state<string[]>([]);
  failure = $state.raw<Failure | null>(null);

  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Null after a failure, which is then in `failure`. `interactive` opens the sign-in window: call it from a click. */
  async run(interactive: boolean): Promise<CheckReport | null> {
    this.running = true;
    this.failure = null;
    this.notes = [];
    const result = await this.#engine.call((api) =>
      api.check(
        Comlink.proxy((note) => {
          this.notes.push(note);
        }),
        interactive,
      ),
    );
    this.running = false;
    if (result.ok) return result.value;
    this.failure = result.error;
    return null;
  }
}
