/** Taking the backup app out of one tenant: what that takes away, the steps as they happen, and the proof. */
import * as Comlink from 'comlink';
import type { Connection, ConnectionKind } from '#workers/contract/connections.ts';
import type {
  Disconnected,
  DisconnectProgress,
  DisconnectStep,
  ProofLine,
  RemovalPreview,
} from '#workers/contract/disconnect.ts';
import type { Failure } from '#workers/kernel/failure.ts';
import type { Engine } from './engine.svelte.ts';

/** The page's sign-ins, as far as a removal has to end them. */
export interface SignIns {
  /** Drops tokens and refresh tokens of the tenant's people; gives how many sign-ins are left afterwards. */
  forget(tenantId: string, clientIds: readonly string[]): Promise<number>;
}

export class Removal {
  readonly tenantId: string;
  readonly tenantName: string;
  /** An operator's app is removed without what is registered at its home. */
  readonly kind: ConnectionKind;
  /** `leave`: this device alone. */
  verb = $state<'disconnect' | 'leave'>('disconnect');
  looking = $state(false);
  running = $state(false);
  preview = $state.raw<RemovalPreview | null>(null);
  /** Why it could not be counted; `failure` is of the removal itself. */
  lookFailure = $state.raw<Failure | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** Latest word on each step that has begun. */
  readonly steps = $state<Partial<Record<DisconnectStep, DisconnectProgress>>>({});
  outcome = $state.raw<Disconnected | null>(null);

  readonly #engine: Engine;

  constructor(engine: Engine, tenant: Pick<Connection, 'tenantId' | 'tenantName' | 'kind'>) {
    this.#engine = engine;
    this.kind = tenant.kind;
    this.tenantId = tenant.tenantId;
    this.tenantName = tenant.tenantName;
  }

  /** Counts what would go. May open the sign-in window, so call it from a click. */
  async look(): Promise<void> {
    this.looking = true;
    this.lookFailure = null;
    this.preview = null;
    const result = await this.#engine.call((api) => api.previewRemoval(this.tenantId));
    this.looking = false;
    if (result.ok) this.preview = result.value;
    else this.lookFailure = result.error;
  }

  /** Begins, or goes on where it was cut short. Steps that are done already are seen to be so by the engine. */
  async run(signIns: SignIns, verb = this.verb): Promise<void> {
    this.verb = verb;
    this.running = true;
    this.failure = null;
    for (const step of Object.keys(this.steps) as DisconnectStep[]) delete this.steps[step];
    const clientIds = this.#clientIds();
    const listener = Comlink.proxy((progress: DisconnectProgress) => {
      this.steps[progress.step] = progress;
    });
    const result = await this.#engine.awake(() =>
      this.#engine.call((api) =>
        verb === 'leave' ? api.leaveTenant(this.tenantId, listener) : api.disconnect(this.tenantId, listener),
      ),
    );
    if (result.ok) {
      const left = await signIns.forget(this.tenantId, clientIds);
      this.outcome = { ...result.value, proof: [...result.value.proof, signInLine(left)] };
    } else this.failure = result.error;
    this.running = false;
    // A right to write that was left over has gone with the app.
    await Promise.all([
      this.#engine.loadConnections(),
      this.#engine.loadUnfinished(),
      this.#engine.writes.load(),
    ]);
  }

  /** Whose sign-ins this page may hold for the tenant: the Registrator's, and those to the backup app itself. */
  #clientIds(): string[] {
    const registrator = this.#engine.config?.registratorClientId;
    const app = this.#engine.connection(this.tenantId)?.clientId;
    return [registrator, app].filter((id) => typeof id === 'string');
  }
}

const signInLine = (left: number): ProofLine => ({
  what: 'Sign-ins and refresh tokens on this page',
  seen: left === 0 ? 'forgotten; read back: none' : `${left} left: sign out in the settings`,
});
