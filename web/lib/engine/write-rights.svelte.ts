/** The right to write that read-only installations have been lent: what stands, what is being taken back, what is proved gone. */
import * as Comlink from 'comlink';
import type { WriteProgress, WriteProof, WriteWindow } from '#workers/contract/write-rights.ts';
import type { Failure } from '#workers/kernel/failure.ts';
import type { Result } from '#workers/kernel/result.ts';
import type { Engine } from './engine.svelte.ts';

export class WriteRights {
  windows = $state.raw<readonly WriteWindow[]>([]);
  /** By tenant, of this tab; a screen takes one away once it was read. */
  readonly proofs = $state<Record<string, WriteProof>>({});
  /** By tenant, while the right is being taken back. */
  readonly ending = $state<Record<string, WriteProgress>>({});
  /** Why the right of a tenant still stands. */
  readonly failures = $state<Record<string, Failure>>({});

  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Rights that no tab is at work with. */
  get leftOver(): readonly WriteWindow[] {
    return this.windows.filter(({ tenantId, inUse }) => !inUse || tenantId in this.ending);
  }

  async load(): Promise<Result<readonly WriteWindow[]>> {
    const result = await this.#engine.call((api) => api.writing());
    if (!result.ok) return result;
    this.windows = result.value;
    // What was proved stays true where somebody may still grant it anew.
    for (const { tenantId, phase } of this.windows) if (phase !== 'asked') this.read(tenantId);
    return result;
  }

  /** The proof was read, or is none any more. */
  read(tenantId: string): void {
    delete this.proofs[tenantId];
  }

  /** `interactive` may open the sign-in window, so call it from a click. */
  async end(tenantId: string, interactive: boolean): Promise<void> {
    if (tenantId in this.ending) return;
    this.ending[tenantId] = { step: 'removing', since: Date.now() };
    delete this.failures[tenantId];
    this.read(tenantId);
    const result = await this.#engine.call((api) =>
      api.endWriting(
        tenantId,
        interactive,
        Comlink.proxy((progress) => {
          if (tenantId in this.ending) this.ending[tenantId] = progress;
        }),
      ),
    );
    if (result.ok) this.proofs[tenantId] = result.value;
    else this.failures[tenantId] = result.error;
    await this.load();
    delete this.ending[tenantId];
  }
}
