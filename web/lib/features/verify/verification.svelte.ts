/** Reading and authenticating every stored part. */
import * as Comlink from 'comlink';
import type { Failure } from '#workers/kernel/failure.ts';
import type { Engine } from '#lib/engine/engine.svelte.ts';

export interface VerifyOutcome {
  readonly blobs: number;
  readonly damaged: readonly { readonly item: string; readonly verdict: string }[];
}

export class Verification {
  running = $state(false);
  done = $state.raw<{ readonly blobs: number; readonly of: number } | null>(null);
  outcome = $state.raw<VerifyOutcome | null>(null);
  failure = $state.raw<Failure | null>(null);

  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async run(repository: string): Promise<void> {
    this.running = true;
    this.outcome = null;
    this.failure = null;
    const result = await this.#engine.call((api) =>
      api.verify(
        repository,
        Comlink.proxy((done) => {
          this.done = done;
        }),
      ),
    );
    this.running = false;
    if (result.ok) this.outcome = result.value;
    else this.failure = result.error;
  }
}
