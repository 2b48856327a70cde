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
import type { Listener } from './reporter.ts';
import { tokensOfApp, type Tenant, type Tenants } from './tenants.ts';
import { readAsked } from './write-asked.ts';
import { WriteEndings } from './write-endings.ts';
import { lend } from './write-lend.ts';
import {
  newEntry,
  putWrite,
  readWrite,
  type WriteEntry,
  type WritePlan,
  type WriteRecordDeps,
} from './write-record.ts';
import { forget, openWindows } from './write-windows.ts';

export interface WriteRightsDeps extends WriteRecordDeps {
  readonly tenants: Tenants;
  readonly locks: Locks;
}

const stands = (detail: string): Failure => failure('job/write-rights-open', detail, { retry: 'after-user' });

export class WriteRights {
  readonly #deps: WriteRightsDeps;
  readonly #endings: WriteEndings;
  /** By plan hash. */
  readonly #opening = new Map<string, AbortController>();

  constructor(deps: WriteRightsDeps) {
    this.#deps = deps;
    this.#endings = new WriteEndings(deps);
  }

  windows(): Promise<Result<WriteWindow[]>> {
    return openWindows(this.#deps);
  }

  /**
   * Runs `work` where the app may write, and takes a lent right back whatever became of it; the answer does not wait for
   * that, the next call does. `sign-in/consent-missing` with fact `roles` where the right has to be lent first.
   */
  async during<T>(tenant: Tenant, plan: WritePlan, work: () => Promise<Result<T>>): Promise<Result<T>> {
    const { tenantId } = tenant.connection;
    const roles = rolesToLend(tenant.connection, plan.workload);
    if (roles.length === 0) return work();
    await this.#endings.settled(tenantId);
    return new Promise((resolve, reject) => {
      const held = this.#deps.locks.hold(writeLock(tenantId), async () => {
        const lent = await this.#isLent(tenant, plan, roles);
        if (!lent.ok) resolve(lent);
        else {
          await work().then(resolve, reject);
          if (lent.value) await this.#endings.start(tenantId, false);
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
    await this.#endings.settled(tenantId);
    return this.#deps.locks.hold(writeLock(tenantId), async () => {
      const known = await this.#ownWindow(tenant, plan);
      if (!known.ok) return known;
      const control = new AbortController();
      this.#opening.set(plan.hash, control);
      this.#endings.forgetProof(tenantId);
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
    await this.#endings.settled(tenantId);
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
      this.#endings.forgetProof(tenantId);
      const dropped = await forget(this.#deps, tenantId);
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
    if (known.ok && known.value) await this.#endings.start(tenantId, false, listener);
  }

  /** See `WriteApi.endWriting`. */
  async end(
    tenantId: string,
    interactive: boolean,
    listener: Listener<WriteProgress>,
  ): Promise<Result<WriteProof>> {
    const going = await this.#endings.join(tenantId, listener);
    if (going && (going.ok || !interactive)) return going;
    const known = await readWrite(this.#deps, tenantId);
    if (!known.ok) return known;
    const asked = await readAsked(this.#deps, tenantId);
    if (!asked.ok) return asked;
    const proof = this.#endings.proof(tenantId);
    if (!known.value && !asked.value && proof) return ok(proof);
    return this.#deps.locks.hold(writeLock(tenantId), () =>
      this.#endings.start(tenantId, interactive, listener),
    );
  }
}
