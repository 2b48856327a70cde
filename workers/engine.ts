/**
 * The engine behind `EngineApi`: composes the jobs over what a realm offers (stores, network, clock). The one place
 * where a thrown bug becomes a failure.
 */
import type { AccessStore } from './access/access-store.ts';
import type { NoteToken } from './access/app-token.ts';
import type { EngineApi } from './contract/engine-api.ts';
import type { Argon2Cost } from './crypto/passphrase.ts';
import { accountCalls } from './engine-accounts.ts';
import { appRightsCalls } from './engine-app-rights.ts';
import { backupCalls } from './engine-backup.ts';
import { checkCalls } from './engine-check.ts';
import { connectCalls } from './engine-connect.ts';
import { disconnectCalls } from './engine-disconnect.ts';
import { lookCalls } from './engine-look.ts';
import { operatorCalls } from './engine-operator.ts';
import { ownCalls } from './engine-own.ts';
import { restoreCalls } from './engine-restore.ts';
import { forgetContent, vaultCalls } from './engine-vault.ts';
import { writeCalls } from './engine-write.ts';
import { createActivity } from './graph/activity.ts';
import type { Fetch } from './graph/exchange.ts';
import type { PaceShare } from './graph/pace.ts';
import type { BackupJob } from './jobs/backup.ts';
import type { LaneForecast } from './jobs/forecast.ts';
import { AppSignIns } from './jobs/app-sign-ins.ts';
import type { Locks } from './jobs/locks.ts';
import { Readers } from './jobs/readers.ts';
import type { Records } from './jobs/records.ts';
import type { PreparedRestore } from './jobs/restore-plan.ts';
import type { RestoreJob } from './jobs/restore.ts';
import type { TemporaryFiles } from './jobs/temporary-file.ts';
import { Tenants } from './jobs/tenants.ts';
import { Vault, type Homes } from './jobs/vault.ts';
import { noteWriteToken } from './jobs/write-record.ts';
import { WriteRights } from './jobs/write-rights.ts';
import type { Clock, Random } from './kernel/clock.ts';
import { defect } from './kernel/failure.ts';
import { err } from './kernel/result.ts';
import type { Codec } from './repository/codec.ts';
import { createWorkloads } from './workloads/registry.ts';
import type { Workload } from './workloads/workload.ts';

/** What a realm gives the engine; the worker has the browser's, tests their own. */
export interface EngineDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: Fetch;
  readonly online: () => boolean;
  readonly homes: Homes;
  readonly records: Records;
  readonly access: AccessStore;
  readonly locks: Locks;
  readonly files: TemporaryFiles;
  /** Loads WebAssembly at first use. */
  readonly codec: () => Promise<Codec>;
  readonly share?: (tenantId: string) => PaceShare;
  /** Tests choose a cheap one. */
  readonly kdf?: Argon2Cost;
}

/** What the calls share. */
export interface Parts {
  readonly deps: EngineDeps;
  readonly tenants: Tenants;
  readonly appSignIns: AppSignIns;
  readonly vault: Vault;
  readonly readers: Readers;
  readonly workloads: readonly Workload[];
  /** By repository. */
  readonly backups: Map<string, BackupJob>;
  /** How many calls are reading it: an export may take longer than nobody's touching the keyboard. */
  readonly reading: Map<string, number>;
  readonly forecasts: Map<string, readonly LaneForecast[]>;
  /** By plan hash. */
  readonly plans: Map<string, PreparedRestore>;
  readonly restores: Map<string, { readonly repository: string; readonly job: RestoreJob }>;
  readonly writes: WriteRights;
}

export interface Engine {
  readonly api: EngineApi;
  /** To be called every minute or so: locks what nobody has used for a quarter of an hour. */
  lockIdle(): Promise<void>;
}

export function createEngine(deps: EngineDeps): Engine {
  const { clock, random, fetch, online, access: store, share } = deps;
  const activity = createActivity();
  const noted: NoteToken = (claims) => noteWriteToken(deps, claims);
  const sharing = share ? { share } : {};
  const tenants = new Tenants({ clock, random, fetch, online, activity, store, noted, ...sharing });
  const parts: Parts = {
    deps,
    tenants,
    appSignIns: new AppSignIns(tenants),
    vault: new Vault(deps),
    readers: new Readers(),
    workloads: createWorkloads(clock),
    backups: new Map(),
    reading: new Map(),
    forecasts: new Map(),
    plans: new Map(),
    restores: new Map(),
    writes: new WriteRights({ ...deps, tenants }),
  };
  const calls = guarded({
    ...checkCalls(parts),
    ...connectCalls(parts),
    ...disconnectCalls(parts),
    ...operatorCalls(parts),
    ...accountCalls(parts),
    ...appRightsCalls(parts),
    ...ownCalls(parts),
    ...vaultCalls(parts),
    ...backupCalls(parts),
    ...lookCalls(parts),
    ...restoreCalls(parts),
    ...writeCalls(parts),
  });
  return {
    api: { ...calls, activity: async () => activity.snapshot() },
    lockIdle: async () => {
      for (const id of await parts.vault.lockIdle(busyRepositories(parts))) forgetContent(parts, id);
    },
  };
}

/** Repositories that a job of this tab is reading or writing. */
const busyRepositories = ({ backups, reading, restores }: Parts): ReadonlySet<string> =>
  new Set([
    ...backups.keys(),
    ...reading.keys(),
    ...[...restores.values()].map(({ repository }) => repository),
  ]);

type Calls = Omit<EngineApi, 'activity'>;

/** Note: the engine's door. What is thrown below is a bug; the page gets it as `defect/unexpected`. */
function guarded(calls: Calls): Calls {
  const door = Object.entries(calls).map(([name, call]) => {
    const work = call as (...args: unknown[]) => Promise<unknown>;
    return [
      name,
      async (...args: unknown[]) => {
        try {
          return await work(...args);
        } catch (thrown) {
          return err(defect(thrown));
        }
      },
    ] as const;
  });
  return Object.fromEntries(door) as unknown as Calls;
}
