/** Installing the backup app, or joining this device to it: the steps as they happen, and the way back. */
import * as Comlink from 'comlink';
import type { Profile } from '#workers/contract/check.ts';
import type { Connection, OnboardProgress, OnboardStep } from '#workers/contract/connections.ts';
import type { Failure } from '#workers/kernel/failure.ts';
import type { Engine } from '#lib/engine/engine.svelte.ts';

export const stepWords: Readonly<Record<OnboardStep, string>> = {
  role: 'Make sure that you are a Global Administrator',
  application: 'Create “Holdfast Backup” in your directory',
  'service-principal': 'Make it usable in this tenant',
  certificate: 'Make a key in this browser, add its certificate',
  resources: 'Look up the permissions of this tenant',
  roles: 'Grant the app’s permissions',
  grants: 'Grant your own permissions in the app',
  token: 'Try the app’s own sign-in',
};

export const stepOrder = Object.keys(stepWords) as readonly OnboardStep[];

export const joinWords: Partial<Readonly<Record<OnboardStep, string>>> = {
  role: 'Make sure that you may manage apps',
  application: 'Find “Holdfast Backup” in your directory',
  certificate: stepWords.certificate,
  token: stepWords.token,
};

export class Installation {
  running = $state(false);
  /** Asked to, and still at a step. */
  stopping = $state(false);
  failure = $state.raw<Failure | null>(null);
  /** Latest word on each step that has begun. */
  readonly steps = $state<Partial<Record<OnboardStep, OnboardProgress>>>({});

  readonly #engine: Engine;
  #work: Promise<unknown> = Promise.resolve();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Steps that are done already are skipped by the engine, so trying again is safe. */
  run(verb: Profile | 'join'): Promise<Connection | null> {
    const work = this.#run(verb);
    this.#work = work;
    return work;
  }

  /** Ends before the next step or wait, and comes back then; what is done stays done. */
  async stop(): Promise<void> {
    this.stopping = this.running;
    await this.#engine.call((api) => api.stopConnecting());
    await this.#work;
  }

  async #run(verb: Profile | 'join'): Promise<Connection | null> {
    this.running = true;
    this.failure = null;
    for (const step of stepOrder) delete this.steps[step];
    const listener = Comlink.proxy((progress: OnboardProgress) => {
      this.steps[progress.step] = progress;
    });
    const result = await this.#engine.call((api) =>
      verb === 'join' ? api.join(listener) : api.onboard(verb, listener),
    );
    this.running = false;
    this.stopping = false;
    // Also where it did not come to its end: what has been made can be removed again.
    await Promise.all([this.#engine.loadConnections(), this.#engine.loadUnfinished()]);
    if (!result.ok) {
      this.failure = result.error;
      return null;
    }
    return result.value;
  }
}
