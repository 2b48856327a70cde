/** The endings of lent rights that are going on in this worker, and the last proof of each tenant. */
import type { WriteProgress, WriteProof } from '../contract/write-rights.ts';
import type { Result } from '../kernel/result.ts';
import { tell, type Listener } from './reporter.ts';
import { takeBack, type ReturnDeps } from './write-return.ts';

interface Ending {
  readonly done: Promise<Result<WriteProof>>;
  readonly listeners: Set<Listener<WriteProgress>>;
}

export class WriteEndings {
  readonly #deps: ReturnDeps;
  readonly #going = new Map<string, Ending>();
  readonly #proofs = new Map<string, WriteProof>();

  constructor(deps: ReturnDeps) {
    this.#deps = deps;
  }

  /** For who asks after it was made. */
  proof(tenantId: string): WriteProof | undefined {
    return this.#proofs.get(tenantId);
  }

  forgetProof(tenantId: string): void {
    this.#proofs.delete(tenantId);
  }

  /** Once none is going on. */
  async settled(tenantId: string): Promise<void> {
    await this.#going.get(tenantId)?.done;
  }

  /** What comes of the one that is going on, told of its progress; undefined where there is none. */
  async join(tenantId: string, listener: Listener<WriteProgress>): Promise<Result<WriteProof> | undefined> {
    const going = this.#going.get(tenantId);
    going?.listeners.add(listener);
    return going?.done;
  }

  /** The caller holds the tenant's lock. */
  start(
    tenantId: string,
    interactive: boolean,
    listener?: Listener<WriteProgress>,
  ): Promise<Result<WriteProof>> {
    const listeners = new Set(listener ? [listener] : []);
    const since = this.#deps.clock.now();
    const report = (step: WriteProgress['step']) => {
      for (const one of listeners) tell(one, { step, since });
    };
    const done = this.#prove({ tenantId, interactive }, report).finally(() => this.#going.delete(tenantId));
    this.#going.set(tenantId, { done, listeners });
    return done;
  }

  async #prove(
    at: { readonly tenantId: string; readonly interactive: boolean },
    report: (step: WriteProgress['step']) => void,
  ): Promise<Result<WriteProof>> {
    const proof = await takeBack(this.#deps, at, report);
    if (proof.ok) this.#proofs.set(at.tenantId, proof.value);
    return proof;
  }
}
