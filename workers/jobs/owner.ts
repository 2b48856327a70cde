/**
 * What the backup app reads and writes of one account alone, by the sign-in of its owner: an administrator's own tasks,
 * where the profile has no right to everybody's. Paths name the account, never `/me`: nobody else's data can get in.
 */
import { delegatedScopes } from '../access/app-sign-in.ts';
import { rolesToLend } from '../access/write-roles.ts';
import type { Connection } from '../contract/connections.ts';
import type { OutOfReach } from '../contract/jobs.ts';
import type { GraphClient } from '../graph/client.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Account } from '../repository/model.ts';
import { readableWith } from '../workloads/registry.ts';
import type { Workload } from '../workloads/workload.ts';
import type { AppSignIns } from './app-sign-ins.ts';
import type { BackupDeps } from './backup-run.ts';
import type { RestoreDeps } from './restore-run.ts';
import type { Tenant } from './tenants.ts';
import { workloadsOf } from './tenant-account.ts';

/** Read by the sign-in of that account's owner, beside what the app reads by itself. */
export interface OwnerReach {
  /** Object id. */
  readonly account: string;
  readonly workloads: readonly Workload[];
  readonly graph: GraphClient;
}

/** One account's mailbox, drive or tasks, and the owner's client where the app's own does not reach it. */
export interface Part {
  readonly account: Account;
  readonly workload: Workload;
  readonly asOwner?: GraphClient;
}

export const partsOf = (
  { workloads, repository, owner }: Pick<BackupDeps, 'workloads' | 'repository' | 'owner'>,
  accounts: readonly Account[],
): Part[] =>
  accounts.flatMap((account): Part[] => {
    const byApp = workloadsOf(account, workloads, repository.head).map((workload) => ({ account, workload }));
    if (owner?.account !== account.id) return byApp;
    return [...byApp, ...owner.workloads.map((workload) => ({ account, workload, asOwner: owner.graph }))];
  });

/** Of `workloads`, those that the app's permissions do not reach and a sign-in to it may. */
const ownersOnly = (
  workloads: readonly Workload[],
  permissions: ReadonlySet<string>,
  { profile }: Pick<Connection, 'profile'>,
): readonly Workload[] => {
  const byApp = readableWith(workloads, permissions);
  return readableWith(workloads, new Set(delegatedScopes(profile))).filter(
    (workload) => !byApp.includes(workload),
  );
};

interface OwnerDeps {
  readonly appSignIns: AppSignIns;
  readonly workloads: readonly Workload[];
}

/** `workloads` is what the app reads by itself. */
type Reach = Pick<BackupDeps, 'workloads' | 'owner' | 'asking' | 'outOfReach'>;

/** What of `people` can be read, by whom, and what by nobody. With `patience` the owner's client waits for a sign-in. */
export async function reachOf(
  {
    appSignIns,
    workloads: all,
  }: { readonly appSignIns: AppSignIns; readonly workloads: readonly Workload[] },
  { connection, permissions, person }: Pick<Tenant, 'connection' | 'permissions' | 'person'>,
  people: readonly string[],
  patience: boolean,
): Promise<Result<Reach>> {
  const held = await permissions();
  if (!held.ok) return held;
  const workloads = readableWith(all, held.value);
  const beyond = all.filter((workload) => !workloads.includes(workload));
  if (person) return ok({ workloads, asking: person, outOfReach: [] });
  if (beyond.length === 0) return ok({ workloads, outOfReach: [] });
  const signedIn = await appSignIns.owner(connection.tenantId, patience);
  if (!signedIn.ok) return signedIn;
  const byOwner = ownersOnly(beyond, held.value, connection);
  const granted = readableWith(byOwner, signedIn.value?.granted ?? new Set());
  const isHere = signedIn.value !== undefined && people.includes(signedIn.value.account);
  const outOfReach = beyond.flatMap((workload) => {
    const way = !byOwner.includes(workload) ? 'none' : granted.includes(workload) ? 'granted' : 'refused';
    return outOf(workload, { people, way, signedIn: signedIn.value?.account });
  });
  if (!signedIn.value || !isHere || granted.length === 0) return ok({ workloads, outOfReach });
  const { account, graph, tokens } = signedIn.value;
  return ok({ workloads, outOfReach, asking: tokens, owner: { account, graph, workloads: granted } });
}

interface Asked {
  readonly people: readonly string[];
  /** Whether a sign-in reaches it in this profile, and whether that of `signedIn` does. */
  readonly way: 'none' | 'granted' | 'refused';
  readonly signedIn: string | undefined;
}

function outOf({ name: workload }: Workload, { people, way, signedIn }: Asked): OutOfReach[] {
  const told = (why: OutOfReach['why'], accounts: readonly string[]): OutOfReach[] =>
    accounts.length === 0 ? [] : [{ workload, why, accounts }];
  if (way === 'none') return told('others', people);
  if (signedIn === undefined) return told('nobody-signed-in', people);
  const self = people.filter((id) => id === signedIn);
  const others = people.filter((id) => id !== signedIn);
  return [...(way === 'refused' ? told('not-granted', self) : []), ...told('others', others)];
}

/** What is about to be written: of which account, and whether it may wait for a sign-in. */
export interface Writing {
  /** Object id of whose it is. */
  readonly account: string;
  readonly patience: boolean;
}

/**
 * Who puts it back: the app, or the owner where the app may not. `sign-in/interaction-required` where nobody is signed in
 * to the backup app, `sign-in/other-account` where somebody else is; fact `account` says whose sign-in it takes.
 */
export async function writerOf(
  { appSignIns, workloads }: OwnerDeps,
  { connection, permissions, person, graph, patientGraph }: Tenant,
  { account, workload, patience }: Writing & { readonly workload: string },
): Promise<Result<Pick<RestoreDeps, 'graph' | 'asking'>>> {
  const itself = { graph: patience ? patientGraph : graph, ...(person && { asking: person }) };
  if (person || rolesToLend(connection, workload).length > 0) return ok(itself);
  const held = await permissions();
  if (!held.ok) return held;
  if (!ownersOnly(workloads, held.value, connection).some(({ name }) => name === workload)) return ok(itself);
  const owner = await appSignIns.owner(connection.tenantId, patience);
  if (!owner.ok) return owner;
  if (owner.value?.account === account) return ok({ graph: owner.value.graph, asking: owner.value.tokens });
  const code = owner.value ? 'sign-in/other-account' : 'sign-in/interaction-required';
  const why = `the backup app puts back ${workload} as their owner alone, who has to sign in to it`;
  return err(failure(code, why, { retry: 'after-user', facts: { account } }));
}
