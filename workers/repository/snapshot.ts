/** Snapshot and run objects as JSON, and which snapshot continues which. */
import * as v from 'valibot';
import { utf8, type Bytes } from '../kernel/bytes.ts';
import type { BlobId, RepositoryId, SnapshotId } from '../kernel/brand.ts';
import { parseJson } from './json.ts';
import type { Run, Snapshot } from './model.ts';

const text = (most: number) => v.pipe(v.string(), v.maxLength(most));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const hex = (digits: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${digits}}$`)));
const snapshotId = v.pipe(
  hex(32),
  v.transform((id) => id as SnapshotId),
);
const blobId = v.pipe(
  hex(64),
  v.transform((id) => id as BlobId),
);
const instant = v.pipe(v.string(), v.isoTimestamp());
const workload = v.picklist(['mail', 'drive', 'tasks', 'directory']);

/** Scope, link, finished, shape: an array, because a record's keys would be folder ids of the tenant. */
const cursor = v.strictTuple([text(4096), text(1_048_576), v.boolean(), text(4096)]);

const snapshotSchema = v.strictObject({
  id: snapshotId,
  repository: v.pipe(
    hex(32),
    v.transform((id) => id as RepositoryId),
  ),
  run: text(256),
  account: v.strictObject({ id: text(256), userPrincipalName: text(4096), displayName: text(4096) }),
  workload,
  kind: v.picklist(['partial', 'complete']),
  startedAt: instant,
  committedAt: instant,
  device: text(256),
  sequence: count,
  previous: v.exactOptional(snapshotId),
  tree: v.nullable(blobId),
  folders: v.nullable(blobId),
  cursors: v.array(cursor),
  counts: v.strictObject({
    items: count,
    bytes: count,
    stored: count,
    pending: count,
    skipped: count,
    failed: count,
  }),
  writer: text(256),
});

/** Throws where the result would not parse: a snapshot nobody can read must not be written. */
export function encodeSnapshot(snapshot: Snapshot): Bytes {
  const cursors = Object.entries(snapshot.cursors).map(([scope, at]) => [
    scope,
    at.link,
    at.finished,
    at.shape,
  ]);
  const bytes = utf8(JSON.stringify({ ...snapshot, cursors }));
  if (!parseSnapshot(bytes)) throw new TypeError('a snapshot that the format cannot hold');
  return bytes;
}

/** Undefined for anything that is not a snapshot of this format. */
export function parseSnapshot(bytes: Bytes): Snapshot | undefined {
  const parsed = v.safeParse(snapshotSchema, parseJson(bytes));
  if (!parsed.success) return undefined;
  const cursors = Object.fromEntries(
    parsed.output.cursors.map(([scope, link, finished, shape]) => [scope, { link, finished, shape }]),
  );
  return { ...parsed.output, cursors };
}

const ledgerEntry = v.strictObject({
  account: text(4096),
  workload,
  item: v.exactOptional(text(4096)),
  name: v.exactOptional(text(1_048_576)),
  reason: text(4096),
  detail: v.exactOptional(text(1_048_576)),
});

const runSchema = v.strictObject({
  id: text(256),
  startedAt: instant,
  endedAt: instant,
  outcome: v.picklist(['complete', 'incomplete', 'cancelled']),
  snapshots: v.array(snapshotId),
  failed: v.array(ledgerEntry),
  skipped: v.array(ledgerEntry),
  alerts: v.array(ledgerEntry),
});

/** Throws where the result would not parse. */
export function encodeRun(run: Run): Bytes {
  const bytes = utf8(JSON.stringify(run));
  if (!parseRun(bytes)) throw new TypeError('a run that the format cannot hold');
  return bytes;
}

export function parseRun(bytes: Bytes): Run | undefined {
  const parsed = v.safeParse(runSchema, parseJson(bytes));
  return parsed.success ? parsed.output : undefined;
}

const runOf = ({ account, workload: name, run, device }: Snapshot) =>
  JSON.stringify([name, account.id, run, device]);

/** Within a run each commit replaces the one before; a replaced file may be there still. */
export function withoutSuperseded(snapshots: readonly Snapshot[]): Snapshot[] {
  const latest = new Map<string, number>();
  for (const snapshot of snapshots) {
    latest.set(runOf(snapshot), Math.max(latest.get(runOf(snapshot)) ?? 0, snapshot.sequence));
  }
  return snapshots.filter((snapshot) => latest.get(runOf(snapshot)) === snapshot.sequence);
}

/**
 * The snapshots of an account and workload that a run can continue from, best first: those that no other continues,
 * whatever the clocks said; of one writer by its sequence, between writers by time.
 */
export function candidateBases(snapshots: readonly Snapshot[], account: string, name: string): Snapshot[] {
  const mine = withoutSuperseded(ofLane(snapshots, account, name));
  const continued = new Set(mine.map(({ previous }) => previous));
  return mine.sort(
    (a, b) =>
      Number(continued.has(a.id)) - Number(continued.has(b.id)) ||
      (a.device === b.device ? b.sequence - a.sequence : b.committedAt.localeCompare(a.committedAt)),
  );
}

const ofLane = (snapshots: readonly Snapshot[], account: string, name: string) =>
  snapshots.filter((snapshot) => snapshot.account.id === account && snapshot.workload === name);

/** The next number of a writer's chain in an account and workload. */
export function nextSequence(snapshots: readonly Snapshot[], device: string): number {
  const mine = snapshots.filter((snapshot) => snapshot.device === device);
  return 1 + Math.max(0, ...mine.map(({ sequence }) => sequence));
}
