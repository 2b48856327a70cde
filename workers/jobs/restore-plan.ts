/** What a restore will do, as data: the person confirms its hash, and exactly this is run. */
import type { RestorePlan, RestoreRequest } from '../contract/jobs.ts';
import type { SnapshotId } from '../kernel/brand.ts';
import { toHex, utf8 } from '../kernel/bytes.ts';
import { failure, type Failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Account, Folder, Row } from '../repository/model.ts';
import { isDamage } from '../repository/open-repository.ts';
import type { Repository, SnapshotReader } from '../repository/repository.ts';
import type { Workload } from '../workloads/workload.ts';
import { foldersBelow, isRoot, parentsFirst } from './folder-tree.ts';
import type { ShownChanges } from './planned-changes.ts';

/** Four requests at a time to one mailbox, about half a second each with its read-back. */
const ITEMS_PER_SECOND = 4;
/** 150 MB of uploads in 5 minutes to one mailbox (learn.microsoft.com/graph/throttling-limits, Outlook). */
const MAIL_BYTES_PER_SECOND = 500_000;
const FILE_BYTES_PER_SECOND = 6_250_000;
const MOST_MISSING = 1_000;

export interface PreparedRestore {
  readonly plan: RestorePlan;
  readonly request: RestoreRequest;
  readonly account: Account;
  readonly workload: Workload;
  /** Parents before their children; roots are left out, for they become the target folder. */
  readonly folders: readonly Folder[];
  readonly rows: readonly Row[];
  /** Where it changes what is there: what the plan has shown of that. */
  readonly shown: ShownChanges;
}

/** The same request, target and snapshot always give the same plan and hash. */
export async function prepareRestore(
  deps: { readonly repository: Repository; readonly workloads: readonly Workload[] },
  request: RestoreRequest,
  targetFolder: string,
): Promise<Result<PreparedRestore>> {
  const opened = await deps.repository.open(request.snapshot as SnapshotId);
  if (!opened.ok) return opened;
  const { account, workload: name } = opened.value.snapshot;
  const workload = deps.workloads.find((each) => each.name === name);
  if (!workload) return err(failure('input/invalid', `no workload ${name}`));
  const known = await opened.value.folders();
  if (!known.ok) return known;
  const found = await rowsInScope(opened.value, request, known.value);
  if (!found.ok) return found;
  const rows = found.value.rows.filter((row) => row.parts.length > 0);
  const folders = foldersToMake(known.value, request, found.value.rows);
  const plan: RestorePlan = {
    hash: await hashOf({ request, account, targetFolder, folders, rows }),
    account: account.userPrincipalName,
    workload: name,
    targetFolder,
    items: rows.length,
    folders: folders.length,
    ...effort(rows, workload),
    missing: missingFrom(found.value).slice(0, MOST_MISSING),
    losses: workload.restore.losses,
    changes: workload.restore.inPlace ? [] : null,
  };
  return ok({ plan, request, account, workload, folders, rows, shown: new Map() });
}

interface Found {
  readonly rows: readonly Row[];
  /** Pages of the snapshot that are damaged: what was in them cannot even be named. */
  readonly damaged: readonly Failure[];
}

const missingFrom = ({ rows, damaged }: Found): RestorePlan['missing'] => [
  ...damaged.map(({ code }) => ({ name: 'a list of items', reason: code })),
  ...rows
    .filter((row) => row.parts.length === 0)
    .map((row) => ({ name: row.name, reason: row.reason ?? row.state })),
];

async function rowsInScope(
  reader: SnapshotReader,
  { scope }: RestoreRequest,
  folders: readonly Folder[],
): Promise<Result<Found>> {
  const rows: Row[] = [];
  const damaged: Failure[] = [];
  if (scope.kind === 'items') {
    for (const item of new Set(scope.items)) {
      const row = await reader.row(item);
      if (!row.ok) return row;
      if (!row.value) return err(failure('input/invalid', 'the snapshot has no such item'));
      rows.push(row.value);
    }
    return ok({ rows, damaged });
  }
  const wanted = scope.kind === 'folder' ? foldersBelow([scope.folder], folders) : undefined;
  for await (const row of reader.rows()) {
    if (row.ok) {
      if (!wanted || wanted.has(row.value.folder)) rows.push(row.value);
    } else if (isDamage(row.error)) damaged.push(row.error);
    else return row;
  }
  return ok({ rows, damaged });
}

/**
 * Folders on the way to an item, and the empty ones that somebody made inside the scope. The service's own folders
 * are made only where they hold something.
 */
function foldersToMake(known: readonly Folder[], { scope }: RestoreRequest, rows: readonly Row[]): Folder[] {
  const byId = new Map(known.map((folder) => [folder.id, folder]));
  const needed = new Set<string>();
  const need = (id: string | undefined) => {
    for (let at = byId.get(id ?? ''); at && !needed.has(at.id); at = byId.get(at.parent ?? ''))
      needed.add(at.id);
  };
  for (const row of rows) need(row.folder);
  if (scope.kind === 'folder') for (const id of foldersBelow([scope.folder], known)) need(id);
  if (scope.kind === 'all') for (const folder of known) if (folder.role === undefined) need(folder.id);
  return parentsFirst(known.filter((folder) => needed.has(folder.id) && !isRoot(folder)));
}

function effort(rows: readonly Row[], workload: Workload): { bytes: number; durationMs: number } {
  const bytes = rows.reduce((sum, row) => sum + row.size, 0);
  const line = workload.name === 'mail' ? MAIL_BYTES_PER_SECOND : FILE_BYTES_PER_SECOND;
  return { bytes, durationMs: Math.ceil(Math.max(rows.length / ITEMS_PER_SECOND, bytes / line) * 1000) };
}

async function hashOf(plan: {
  readonly request: RestoreRequest;
  readonly account: Account;
  readonly targetFolder: string;
  readonly folders: readonly Folder[];
  readonly rows: readonly Row[];
}): Promise<string> {
  const canonical = JSON.stringify([
    'holdfast restore 1',
    plan.request.repository,
    plan.request.snapshot,
    plan.account.id,
    plan.targetFolder,
    plan.folders.map(({ id, parent, name }) => [id, parent ?? null, name]),
    plan.rows.map(({ item, folder, version }) => [item, folder, version]),
  ]);
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(canonical))));
}

/** `Restored 2026-11-23 14.05`, in the operator's own time. */
export function datedFolder(ms: number): string {
  const date = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `Restored ${day} ${two(date.getHours())}.${two(date.getMinutes())}`;
}
