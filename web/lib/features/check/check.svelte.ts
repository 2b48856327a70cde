/** The check: what it says while it reads, and its report. */
import * as Comlink from 'comlink';
import type { CheckReach, CheckReport } from '#workers/contract/check.ts';
import type { Failure } from '#workers/kernel/failure.ts';
import type { Result } from '#workers/kernel/result.ts';
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
  run(interactive: boolean, reach: CheckReach = 'usual'): Promise<CheckReport | null> {
    return this.#look((listener) => this.#engine.call((api) => api.check(listener, interactive, reach)));
  }

  /** With the installed app as well; from a click. */
  runFully(tenantId: string): Promise<CheckReport | null> {
    return this.#look((listener) => this.#engine.call((api) => api.checkFully(tenantId, listener)));
  }

  async #look(
    call: (listener: (note: string) => void) => Promise<Result<CheckReport>>,
  ): Promise<CheckReport | null> {
    this.running = true;
    this.failure = null;
    this.notes = [];
    const result = await call(Comlink.proxy((note: string) => this.#note(note)));
    this.running = false;
    if (result.ok) return result.value;
    this.failure = result.error;
    return null;
  }

  /** Of a count only the newest figure stays. */
  #note(note: string): void {
    const [subject] = note.split(':');
    const isSame = note.includes(':') && this.notes.at(-1)?.startsWith(`${subject}:`);
    if (isSame) this.notes[this.notes.length - 1] = note;
    else this.notes.push(note);
  }
}
