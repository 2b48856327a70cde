/** The restore of this tab: plan, the right to write if it has to be lent, run, report, undo. It outlives its screen. */
import * as Comlink from 'comlink';
import type {
  RestorePlan,
  RestoreProgress,
  RestoreReport,
  RestoreRequest,
  UndoReport,
} from '#workers/contract/jobs.ts';
import type { Approver, WriteProgress, WriteRequest } from '#workers/contract/write-rights.ts';
import type { Failure } from '#workers/kernel/failure.ts';
import type { Engine } from './engine.svelte.ts';

export class RestoreRun {
  readonly repository: string;
  /** Null where it continues a plan that was begun earlier. */
  readonly request: RestoreRequest | null;
  plan = $state.raw<RestorePlan | null>(null);
  progress = $state.raw<RestoreProgress | null>(null);
  report = $state.raw<RestoreReport | null>(null);
  /** Of the last undo that came to its end. */
  undoing = $state.raw<UndoReport | null>(null);
  busy = $state<'planning' | 'granting' | 'running' | 'undoing' | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** The right to write that has to be lent before this goes on. */
  needs = $state.raw<WriteRequest | null>(null);
  /** Who may grant it, where whoever is signed in may see that. */
  approvers = $state.raw<readonly Approver[]>([]);
  /** While it is granted or waited for. */
  lending = $state.raw<(WriteProgress & { readonly way: 'sign-in' | 'approval' }) | null>(null);

  readonly #engine: Engine;
  /** Tenant whose app was lent the right for what goes on now. */
  #lentTo: string | null = null;
  #latest: 'prepare' | 'run' | 'undo' = 'prepare';

  constructor(
    engine: Engine,
    origin: RestoreRequest | { readonly repository: string; readonly plan: RestorePlan },
  ) {
    this.#engine = engine;
    this.repository = origin.repository;
    this.request = 'scope' in origin ? origin : null;
    if ('plan' in origin) this.plan = origin.plan;
  }

  /** Something is written to the tenant, or its rights are changed: not to be left for another restore. */
  get active(): boolean {
    return this.busy !== null && this.busy !== 'planning';
  }

  /** Nothing is left that another undo could take back. */
  get undone(): boolean {
    return this.undoing?.failed.length === 0;
  }

  /** The right that it was lent is being taken back; nothing is written any more. */
  get returning(): boolean {
    return this.#tenantId in this.#engine.writes.ending;
  }

  get #tenantId(): string {
    return this.#engine.repository(this.repository)?.tenantId ?? '';
  }

  /** Has the right lent, by who signs in now or by somebody who is sent the link, and goes on with what was refused. */
  async allowWriting(way: 'sign-in' | 'approval'): Promise<void> {
    const hash = this.plan?.hash;
    const tenantId = this.needs?.tenantId;
    if (!hash || !tenantId || this.busy !== null) return;
    this.busy = 'granting';
    this.failure = null;
    this.#engine.writes.read(tenantId);
    this.lending = { way, step: 'signing-in', since: Date.now() };
    if (way === 'approval') {
      // A link counts from when it is shown.
      const asked = await this.#engine.call((api) => api.writeRequest(hash));
      if (asked.ok && asked.value) this.needs = asked.value;
    }
    const listener = Comlink.proxy((progress: WriteProgress) => {
      if (this.lending) this.lending = { way, ...progress };
    });
    const result = await this.#engine.call((api) => api.openWriting(hash, way, listener));
    this.busy = null;
    this.lending = null;
    if (result.ok) {
      this.needs = null;
      this.#lentTo = tenantId;
      return this.again();
    }
    if (result.error.code !== 'job/cancelled') this.failure = result.error;
    await this.#engine.writes.load();
    await this.#findApprovers();
  }

  /** Gives up waiting for the right; what was granted by then is taken back. */
  async stopWaiting(): Promise<void> {
    const hash = this.plan?.hash;
    if (hash) await this.#engine.call((api) => api.cancelWriting(hash));
  }

  /** Does not go on with what needs the right. */
  decline(): void {
    this.needs = null;
    this.failure = null;
  }

  /** Tries again what failed or was refused last. */
  again(): Promise<void> {
    return this[this.#latest]();
  }

  /** Makes the plan; one that was begun earlier has it already. */
  async prepare(): Promise<void> {
    const { request } = this;
    if (!request || this.busy !== null) return;
    this.#latest = 'prepare';
    this.busy = 'planning';
    this.failure = null;
    const result = await this.#engine.call((api) => api.planRestore(request));
    this.busy = null;
    if (result.ok) this.plan = result.value;
    else this.failure = result.error;
  }

  /** Continues where an earlier run of the same plan stopped; nothing is put back twice. */
  async run(): Promise<void> {
    const hash = this.plan?.hash;
    if (!hash) return;
    this.#latest = 'run';
    this.busy = 'running';
    this.failure = null;
    this.report = null;
    this.undoing = null;
    const result = await this.#engine.awake(async () => {
      const ended = await this.#engine.call((api) =>
        api.restore(
          hash,
          Comlink.proxy((progress) => {
            this.progress = progress;
          }),
        ),
      );
      this.busy = null;
      return ended;
    });
    if (result.ok) this.report = result.value;
    await this.#ended(result.ok ? result.value.failure : result.error);
  }

  async cancel(): Promise<void> {
    const hash = this.plan?.hash;
    if (hash) await this.#engine.call((api) => api.cancelRestore(hash));
  }

  async undo(): Promise<void> {
    const hash = this.report?.hash;
    if (!hash) return;
    this.#latest = 'undo';
    this.busy = 'undoing';
    this.undoing = null;
    this.failure = null;
    const result = await this.#engine.call((api) => api.undoRestore(hash));
    this.busy = null;
    if (result.ok) this.undoing = result.value;
    await this.#ended(result.ok ? null : result.error);
  }

  /** Asks for the right where that was missing; else shows how a lent one is taken back. */
  async #ended(failure: Failure | null): Promise<void> {
    const hash = this.plan?.hash ?? '';
    if (failure?.code === 'sign-in/consent-missing' && failure.facts?.roles) {
      const asked = await this.#engine.call((api) => api.writeRequest(hash));
      if (asked.ok) this.needs = asked.value;
      this.failure = asked.ok ? null : asked.error;
      return this.#findApprovers();
    }
    this.failure = failure;
    await this.#engine.writes.load();
    const window = this.#engine.writes.windows.find(({ plan }) => plan === hash);
    const tenantId = this.#lentTo ?? window?.tenantId;
    if (tenantId) void this.#engine.writes.end(tenantId, false);
    this.#lentTo = null;
  }

  async #findApprovers(): Promise<void> {
    const found = await this.#engine.call((api) => api.approvers(this.#tenantId));
    if (found.ok) this.approvers = found.value;
  }
}
