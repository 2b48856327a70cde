/** Installing the backup app: the steps as they happen. */
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

export class Installation {
  running = $state(false);
  failure = $state.raw<Failure | null>(null);
  /** Latest word on each step that has begun. */
  readonly steps = $state<Partial<Record<OnboardStep, OnboardProgress>>>({});

  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Steps that are done already are skipped by the engine, so trying again is safe. */
  async run(profile: Profile): Promise<Connection | null> {
    this.running = true;
    this.failure = null;
    for (const step of stepOrder) delete this.steps[step];
    const result = await this.#engine.call((api) =>
      api.onboard(
        profile,
        Comlink.proxy((progress) => {
          this.steps[progress.step] = progress;
        }),
      ),
    );
    this.running = false;
    if (!result.ok) {
      this.failure = result.error;
      return null;
    }
    await this.#engine.loadConnections();
    return result.value;
  }
}
