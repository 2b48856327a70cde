/** What a restore in place would change, item by item and field by field, as it is now: read, never written. */
import type { PlannedChange } from '../contract/jobs.ts';
import { forEachLimited } from '../kernel/limit.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Failure } from '../kernel/failure.ts';
import type { JsonValue, Row } from '../repository/model.ts';
import type { SnapshotReader } from '../repository/repository.ts';
import type { ContentSource, FieldChange, InPlacePort, WorkloadDeps } from '../workloads/workload.ts';

const MOST_CHANGES = 1_000;
const MOST_NAMES = 5;
const ITEMS_AT_ONCE = 4;

interface Planning {
  readonly port: InPlacePort;
  readonly content: ContentSource;
  /** Of the snapshot: tells who an id is. */
  readonly reader: SnapshotReader;
}

/** In the order of the rows; items that would stay as they are have none. */
export async function plannedChanges(
  { port, content, reader }: Planning,
  rows: readonly Row[],
  deps: WorkloadDeps,
): Promise<Result<PlannedChange[]>> {
  const found = new Map<Row, PlannedChange>();
  let stopped: Failure | undefined;
  await forEachLimited(rows.slice(0, MOST_CHANGES), ITEMS_AT_ONCE, async (row) => {
    if (stopped) return;
    const change = await port.change(row, content, deps);
    if (!change.ok) {
      stopped = change.error;
      return;
    }
    const { id, fields } = change.value;
    if (id !== null && fields.length === 0) return;
    const told = [];
    for (const field of fields) told.push(await tell(field, reader));
    found.set(row, { name: row.name, absent: id === null, fields: told });
  });
  if (stopped) return err(stopped);
  return ok(rows.flatMap((row) => found.get(row) ?? []));
}

async function tell({ field, now, backup }: FieldChange, reader: SnapshotReader) {
  return { field, now: await words(now, reader), backup: await words(backup, reader) };
}

async function words(value: JsonValue, reader: SnapshotReader): Promise<string> {
  if (Array.isArray(value)) {
    const shown = [];
    for (const one of value.slice(0, MOST_NAMES)) shown.push(await words(one, reader));
    const more = value.length - shown.length;
    return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
  }
  if (typeof value !== 'string') return value === null ? '' : JSON.stringify(value);
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return value;
  const row = await reader.row(value);
  return row.ok && row.value ? row.value.name : value;
}
