/** What a backup of the chosen accounts will take, before it begins: items, bytes, hours with the cause, disk needed. */
import type { Forecast, OutOfReach } from '../contract/jobs.ts';
import type { Failure } from '../kernel/failure.ts';
import { forEachLimited } from '../kernel/limit.ts';
import { ok, type Result } from '../kernel/result.ts';
import type { Account, Snapshot, WorkloadName } from '../repository/model.ts';
import type { Measure, Workload } from '../workloads/workload.ts';
import type { BackupDeps } from './backup-run.ts';
import { partsOf, type Part } from './owner.ts';
import { endsJob } from './run-stop.ts';

const ACCOUNTS_AT_ONCE = 4;
/** 9,600 requests in 10 minutes for each app and mailbox (learn.microsoft.com/graph/throttling-limits, Outlook). */
const MAILBOX_REQUESTS_PER_SECOND = 16;
/** 1,200 resource units a minute for an app in a tenant of up to 1,000 licences (SharePoint, "Avoid getting throttled"). */
const DRIVE_REQUESTS_PER_SECOND = 20;
/** 50 Mbit/s: what is assumed before anything has been measured. */
const BYTES_PER_SECOND = 6_250_000;
/** Packs, indexes and trees beside the content, and room for the pack being written. */
const OVERHEAD = 1.03;
const WORKING_SPACE = 64 * 1024 * 1024;

/** One mailbox or drive: what is there and not yet in the repository. */
export interface LaneForecast {
  readonly account: string;
  readonly workload: WorkloadName;
  readonly items: number;
  readonly bytes: number;
  readonly requests: number;
  readonly failure?: Failure;
}

/** Fails only where nothing can be measured at all (`sign-in/*`, `relay/*`, `network/offline`). */
export async function measureLanes(
  deps: Pick<BackupDeps, 'repository' | 'workloads' | 'graph' | 'clock' | 'owner'>,
  accounts: readonly Account[],
  signal: AbortSignal,
): Promise<Result<LaneForecast[]>> {
  const snapshots = await deps.repository.snapshots();
  if (!snapshots.ok) return snapshots;
  const parts = partsOf(deps, accounts);
  const lanes = new Map<Part, LaneForecast>();
  let stop: Failure | undefined;
  await forEachLimited(parts, ACCOUNTS_AT_ONCE, async (part) => {
    if (stop) return;
    const { account, workload, asOwner } = part;
    const graph = asOwner ?? deps.graph;
    const measured = await workload.measure(account, { graph, clock: deps.clock, signal });
    // What rests on somebody's sign-in says nothing of the rest.
    if (!measured.ok && !asOwner && endsJob(measured.error)) stop = measured.error;
    lanes.set(part, laneForecast(account, workload, measured, snapshots.value));
  });
  if (stop) return { ok: false, error: stop };
  return ok(parts.flatMap((part) => lanes.get(part) ?? []));
}

function laneForecast(
  account: Account,
  workload: Workload,
  measured: Result<Measure>,
  snapshots: readonly Snapshot[],
): LaneForecast {
  const lane = { account: account.id, workload: workload.name };
  if (!measured.ok) return { ...lane, items: 0, bytes: 0, requests: 0, failure: measured.error };
  const { items, bytes, requests } = measured.value;
  const have = newest(snapshots, account.id, workload.name)?.counts;
  const missing = Math.max(0, items - (have?.stored ?? 0) - (have?.skipped ?? 0));
  const share = items === 0 ? 0 : missing / items;
  return {
    ...lane,
    items: missing,
    bytes: have === undefined ? bytes : Math.round(bytes * share),
    requests: Math.ceil(requests * share),
  };
}

export function newest(
  snapshots: readonly Snapshot[],
  account: string,
  workload: WorkloadName,
): Snapshot | undefined {
  return snapshots
    .filter((snapshot) => snapshot.account.id === account && snapshot.workload === workload)
    .reduce<Snapshot | undefined>(
      (latest, snapshot) => (latest && latest.committedAt >= snapshot.committedAt ? latest : snapshot),
      undefined,
    );
}

export function forecastOf(
  accounts: readonly Account[],
  lanes: readonly LaneForecast[],
  outOfReach: readonly OutOfReach[] = [],
): Forecast {
  const sum = (of: readonly LaneForecast[], key: 'items' | 'bytes') =>
    of.reduce((total, lane) => total + lane[key], 0);
  const bytes = sum(lanes, 'bytes');
  return {
    accounts: accounts.map((account) => {
      const own = lanes.filter((lane) => lane.account === account.id);
      return {
        account: account.id,
        items: sum(own, 'items'),
        bytes: sum(own, 'bytes'),
        problems: own.flatMap(({ workload, failure }) => (failure ? [{ workload, failure }] : [])),
      };
    }),
    items: sum(lanes, 'items'),
    bytes,
    ...slowest(lanes, bytes),
    diskNeeded: Math.ceil(bytes * OVERHEAD) + WORKING_SPACE,
    outOfReach,
  };
}

/** The run lasts as long as its narrowest part: one mailbox, all drives together, or the line. */
function slowest(lanes: readonly LaneForecast[], bytes: number): { durationMs: number; reason: string } {
  const mail = lanes.filter((lane) => lane.workload !== 'drive').map((lane) => lane.requests);
  const total = mail.reduce((sum, requests) => sum + requests, 0);
  const drive = lanes.reduce((sum, lane) => sum + (lane.workload === 'drive' ? lane.requests : 0), 0);
  const causes = [
    {
      seconds: Math.max(0, ...mail, total / ACCOUNTS_AT_ONCE) / MAILBOX_REQUESTS_PER_SECOND,
      reason: 'Microsoft allows about 16 requests a second for each mailbox',
    },
    {
      seconds: drive / DRIVE_REQUESTS_PER_SECOND,
      reason: 'Microsoft allows about 20 requests a second for all files of a tenant',
    },
    {
      seconds: bytes / BYTES_PER_SECOND,
      reason: 'your connection, assumed to carry 50 Mbit/s',
    },
  ];
  const cause = causes.reduce((worst, each) => (each.seconds > worst.seconds ? each : worst));
  return { durationMs: Math.round(cause.seconds * 1000), reason: cause.reason };
}
