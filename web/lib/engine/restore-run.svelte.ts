/** The restore of this tab: plan, the right to write if it is missing, run, report, undo. It outlives its screen. */
import * as Comlink from 'comlink';
import type { RestorePlan, RestoreProgress, RestoreReport, RestoreRequest } from '#workers/contract/jobs.ts';
import type { Failure } from '#workers/kernel/failure.ts';
import type { Profile } from '#workers/contract/check.ts';
import type { Engine } from './engine.svelte.ts';

export class RestoreRun {
  readonly repository: string;
  /** Null where it continues a plan that was begun earlier. */
  readonly request: RestoreRequest | null;
  plan = $state.raw<RestorePlan | null>(null);
  progress = $state.raw<RestoreProgress | null>(null);
  report = $state.raw<RestoreReport | null>(null);
  undone = $state(false);
  busy = $state<'planning' | 'granting' | 'running' | 'undoing' | null>(null);
  /** What granting is at. */
  note = $state('');
  failure = $state.raw<Failure | null>(null);

  readonly #engine: Engine;
  #granted = false;
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

  /**
   * The profile to ask an administrator for: where the engine has said that the installed one may not write, or where
   * Microsoft refuses what this device takes for granted. A second refusal, after that, has another reason.
   */
  get profileNeeded(): Profile | null {
    const { code, facts } = this.failure ?? {};
    if (code === 'sign-in/consent-missing') return facts?.profile === 'restore' ? 'restore' : null;
    if (code !== 'graph/forbidden' || this.#granted) return null;
    const tenantId = this.#engine.repository(this.repository)?.tenantId ?? '';
    const profile = this.#engine.connection(tenantId)?.profile ?? null;
    return profile === 'read-only' ? 'restore' : profile;
  }

  /** Widens the installed app's rights and goes on with what was refused. */
  async allowWriting(): Promise<void> {
    const profile = this.profileNeeded;
    if (!profile) return;
    this.busy = 'granting';
    this.failure = null;
    const result = await this.#engine.changeProfile(profile, (note) => (this.note = note));
    this.busy = null;
    this.note = '';
    this.#granted = result.ok;
    if (!result.ok) this.failure = result.error;
    else await this.again();
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
    this.failure = result.ok ? result.value.failure : result.error;
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
    this.failure = null;
    const result = await this.#engine.call((api) => api.undoRestore(hash));
    this.busy = null;
    this.undone = result.ok;
    if (!result.ok) this.failure = result.error;
  }
}
