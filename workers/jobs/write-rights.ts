/**
 * The right to write, lent to a read-only installation: granted or approved, waited for, used by one restore, taken back
 * whatever became of it, and proved gone. One window for a tenant in this browser: a lock says whether it is in use.
 */
import { profileCovered, rolesToLend } from '../access/write-roles.ts';
import type { WriteProgress, WriteProof, WriteWindow } from '../contract/write-rights.ts';
import { failure, type Failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { iso } from './backup-run.ts';
import { writeLock, type Locks } from './locks.ts';
import { tell, type Listener } from './reporter.ts';
import { tokensOfApp, type Tenant, type Tenants } from './tenants.ts';
import { lend } from './write-lend.ts';
import { dropAsked, listAsked, readAsked, type Asked } from './write-asked.ts';
import {
  dropWrite,
  listWrites,
  newEntry,
  putWrite,
  readWrite,
  type WriteEntry,
  type WritePlan,
  type WriteRecordDeps,
} from './write-record.ts';
import { takeBack } from './write-return.ts';

export interface WriteRightsDeps extends WriteRecordDeps {
  readonly tenants: Tenants;
  readonly locks: Locks;
}

const stands = (detail: string): Failure => failure('job/write-rights-open', detail, { retry: 'after-user' });

/** Somebody may follow the link, and nobody waits for it. */
const justAsked = ({ tenantId, clientId, roles, since }: Asked): WriteEntry => ({
  ...newEntry({ connection: { tenantId, clientId } }, null, roles, since),
  phase: 'asked',
});

interface Ending {
  readonly done: Promise<Result<WriteProof>>;
  readonly listeners: Set<Listener<WriteProgress>>;
}

export class WriteRights {
  readonly #deps: WriteRightsDeps;
  readonly #endings = new Map<string, Ending>();
  /** Last proof of each tenant, for who asks after it was made. */
  readonly #proofs = new Map<string, WriteProof>();
  /** By plan hash. */
  readonly #opening = new Map<string, AbortController>();

  constructor(deps: WriteRightsDeps) {
    this.#deps = deps;
  }

  /** One whose connection is gone went with the app. */
  async windows(): Promise<Result<WriteWindow[]>> {
    const entries = await listWrites(this.#deps);
    if (!entries.ok) return entries;
    const asked = await listAsked(this.#deps);
    if (!asked.ok) return asked;
    const recorded = new Set(entries.value.map(({ tenantId }) => tenantId));
    const only = asked.value.filter(({ tenantId }) => !recorded.has(tenantId));
    const windows: WriteWindow[] = [];
    for (const { tenantId, roles, plan, openedAt, phase } of [...entries.value, ...only.map(justAsked)]) {
      const connection = await this.#deps.access.connection(tenantId);
      if (!connection.ok) return connection;
      if (!connection.value) await this.#forget(tenantId);
      else {
        const { tenantName } = connection.value;
        const inUse = await this.#deps.locks.held(writeLock(tenantId));
        const until = asked.value.find((one) => one.tenantId === tenantId)?.until;
        const askedUntil = until === undefined ? null : iso(until);
        windows.push({
          tenantId,
          tenantName,
          roles,
          plan,
          openedAt: iso(openedAt),
          phase,
          askedUntil,
          inUse,
        });
      }
    }
    return ok(windows);
  }

  async #forget(tenantId: string): Promise<Result<void>> {
    const dropped = await dropWrite(this.#deps, tenantId);
    return dropped.ok ? dropAsked(this.#deps, tenantId) : dropped;
  }

  /**
   * Runs `work` where the app may write, and takes a lent right back whatever became of it; the answer does not wait for
   * that, the next call does. `sign-in/consent-missing` with fact `roles` where the right has to be lent first.
   */
  async during<T>(tenant: Tenant, plan: WritePlan, work: () => Promise<Result<T>>): Promise<Result<T>> {
    const { tenantId } = tenant.connection;
    const roles = rolesToLend(tenant.connection, plan.workload);
    if (roles.length === 0) return work();
    await this.#endings.get(tenantId)?.done;
    return new Promise((resolve, reject) => {
      const held = this.#deps.locks.hold(writeLock(tenantId), async () => {
        const lent = await this.#isLent(tenant, plan, roles);
        if (!lent.ok) resolve(lent);
        else {
          await work().then(resolve, reject);
          if (lent.value) await this.#end(tenantId, false);
        }
        return ok();
      });
      void held.then((result) => result.ok || resolve(result), reject);
    });
  }

  /** False where the installed app may write by itself. */
  async #isLent(tenant: Tenant, plan: WritePlan, roles: readonly string[]): Promise<Result<boolean>> {
    const known = await this.#ownWindow(tenant, plan);
    if (!known.ok) return known;
    const tokens = tokensOfApp(tenant);
    if (!tokens.ok) return tokens;
    const token = await tokens.value.fresh();
    if (!token.ok) return token;
    if (!known.value && profileCovered(token.value.roles) !== 'read-only') return ok(false);
    if (!roles.every((role) => token.value.roles.includes(role))) {
      return err(
        failure('sign-in/consent-missing', 'the backup app was installed with read-only rights', {
          retry: 'after-user',
          facts: { roles: roles.join(' ') },
        }),
      );
    }
    // Granted by somebody unknown: taken back all the same.
    const noted = known.value
      ? ok()
      : await putWrite(this.#deps, newEntry(tenant, plan, roles, this.#deps.clock.now()));
    return noted.ok ? ok(true) : noted;
  }

  async #ownWindow(tenant: Tenant, plan: WritePlan): Promise<Result<WriteEntry | undefined>> {
    const known = await readWrite(this.#deps, tenant.connection.tenantId);
    if (!known.ok || !known.value || known.value.plan === plan.hash) return known;
    return err(stands('the right to write of another restore is not proved gone'));
  }

  /** See `WriteApi.openWriting`. */
  async open(
    tenant: Tenant,
    plan: WritePlan,
    way: 'sign-in' | 'approval',
    listener: Listener<WriteProgress>,
  ): Promise<Result<void>> {
    const { tenantId } = tenant.connection;
    const roles = rolesToLend(tenant.connection, plan.workload);
    await this.#endings.get(tenantId)?.done;
    return this.#deps.locks.hold(writeLock(tenantId), async () => {
      const known = await this.#ownWindow(tenant, plan);
      if (!known.ok) return known;
      const control = new AbortController();
      this.#opening.set(plan.hash, control);
      this.#proofs.delete(tenantId);
      const entry = known.value ?? newEntry(tenant, plan, roles, this.#deps.clock.now());
      const opened = await lend(this.#deps, tenant, { entry, way, signal: control.signal }, listener);
      this.#opening.delete(plan.hash);
      if (!opened.ok) await this.#endIfRecorded(tenantId, listener);
      return opened;
    });
  }

  /**
   * Runs `work`, which takes the whole app (`disconnect`) or this device alone (`leave`) out of the tenant: nobody is lent
   * the right meanwhile, and its record goes with the app. `job/write-rights-open` while a restore of any tab has it, and
   * where leaving would leave it standing with nobody who knows of it.
   */
  async removing<T>(
    tenantId: string,
    verb: 'disconnect' | 'leave',
    work: () => Promise<Result<T>>,
  ): Promise<Result<T>> {
    await this.#endings.get(tenantId)?.done;
    const held = await this.#deps.locks.hold<Result<T>>(writeLock(tenantId), async () => {
      const known = await readWrite(this.#deps, tenantId);
      if (!known.ok) return known;
      const asked = await readAsked(this.#deps, tenantId);
      if (!asked.ok) return asked;
      if (verb === 'leave' && known.value) return err(stands('the right to write is not proved gone'));
      if (verb === 'leave' && asked.value)
        return err(
          stands(`somebody who was asked may grant the right to write until ${iso(asked.value.until)}`),
        );
      const removed = await work();
      if (!removed.ok) return ok(removed);
      this.#proofs.delete(tenantId);
      const dropped = await this.#forget(tenantId);
      return dropped.ok ? ok(removed) : dropped;
    });
    if (held.ok) return held.value;
    return held.error.code === 'job/already-running' ? err(stands('a restore has the right to write')) : held;
  }

  cancel(hash: string): Result<void> {
    const control = this.#opening.get(hash);
    if (!control) return err(failure('input/invalid', 'no right to write is waited for'));
    control.abort();
    return ok();
  }

  async #endIfRecorded(tenantId: string, listener: Listener<WriteProgress>): Promise<void> {
    const known = await readWrite(this.#deps, tenantId);
    if (known.ok && known.value) await this.#end(tenantId, false, listener);
  }

  /** See `WriteApi.endWriting`. */
  async end(
    tenantId: string,
    interactive: boolean,
    listener: Listener<WriteProgress>,
  ): Promise<Result<WriteProof>> {
    const going = this.#endings.get(tenantId);
    if (going) {
      going.listeners.add(listener);
      const joined = await going.done;
      if (joined.ok || !interactive) return joined;
    }
    const known = await readWrite(this.#deps, tenantId);
    if (!known.ok) return known;
    const asked = await readAsked(this.#deps, tenantId);
    if (!asked.ok) return asked;
    const proof = this.#proofs.get(tenantId);
    if (!known.value && !asked.value && proof) return ok(proof);
    return this.#deps.locks.hold(writeLock(tenantId), () => this.#end(tenantId, interactive, listener));
  }

  /** The lock is held. */
  #end(
    tenantId: string,
    interactive: boolean,
    listener?: Listener<WriteProgress>,
  ): Promise<Result<WriteProof>> {
    const listeners = new Set(listener ? [listener] : []);
    const since = this.#deps.clock.now();
    const report = (step: WriteProgress['step']) => {
      for (const one of listeners) tell(one, { step, since });
    };
    const done = this.#prove(tenantId, interactive, report).finally(() => this.#endings.delete(tenantId));
    this.#endings.set(tenantId, { done, listeners });
    return done;
  }

  async #prove(
    tenantId: string,
    interactive: boolean,
    report: (step: WriteProgress['step']) => void,
  ): Promise<Result<WriteProof>> {
    const proof = await takeBack(this.#deps, { tenantId, interactive }, report);
    if (proof.ok) this.#proofs.set(tenantId, proof.value);
    return proof;
  }
}
