/** Before a run: the forecast, which never stands in the way of starting. */
import type { Forecast } from '#workers/contract/jobs.ts';
import type { Failure } from '#workers/kernel/failure.ts';
import type { Engine } from '#lib/engine/engine.svelte.ts';

export class Ready {
  forecast = $state.raw<Forecast | null>(null);
  failure = $state.raw<Failure | null>(null);

  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async estimate(repository: string, accounts: readonly string[]): Promise<void> {
    this.failure = null;
    const result = await this.#engine.call((api) => api.forecast(repository, accounts));
    if (result.ok) this.forecast = result.value;
    else this.failure = result.error;
  }
}
