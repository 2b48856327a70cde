/** What a restore in place would change, item by item and field by field, as it is now: read, never written. */
import type { PlannedChange } from '../contract/jobs.ts';
import { failure, type Failure } from '../kernel/failure.ts';
import { forEachLimited } from '../kernel/limit.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { JsonValue, Row } from '../repository/model.ts';
import type { SnapshotReader } from '../repository/repository.ts';
import type {
  ContentSource,
  FieldChange,
  InPlacePort,
  ItemChange,
  WorkloadDeps,
} from '../workloads/workload.ts';

const MOST_ITEMS = 1_000;
const MOST_NAMES = 5;
const ITEMS_AT_ONCE = 4;

/** By item id; items that would stay as they are have none. */
export type ShownChanges = ReadonlyMap<string, ItemChange>;

/** `input/too-many-items` for more than anybody is shown: what was not shown is not written either. */
export async function readChanges(
  { port, content }: { readonly port: InPlacePort; readonly content: ContentSource },
  rows: readonly Row[],
  deps: WorkloadDeps,
): Promise<Result<ShownChanges>> {
  if (rows.length > MOST_ITEMS) {
    const facts = { items: rows.length, most: MOST_ITEMS };
    return err(failure('input/too-many-items', `${rows.length} of at most ${MOST_ITEMS} items`, { facts }));
  }
  const found = new Map<string, ItemChange>();
  let stopped: Failure | undefined;
  await forEachLimited(rows, ITEMS_AT_ONCE, async (row) => {
    if (stopped) return;
    const change = await port.change(row, content, deps);
    if (!change.ok) stopped = change.error;
    else if (change.value.id === null || change.value.fields.length > 0) found.set(row.item, change.value);
  });
  return stopped ? err(stopped) : ok(found);
}

/** In words, in the order of the rows. `reader`: of the snapshot, tells who an id is. */
export async function tellChanges(
  shown: ShownChanges,
  rows: readonly Row[],
  reader: SnapshotReader,
): Promise<PlannedChange[]> {
  const planned: PlannedChange[] = [];
  for (const { item, name } of rows) {
    const change = shown.get(item);
    if (!change) continue;
    const fields = [];
    for (const field of change.fields) fields.push(await tell(field, reader));
    planned.push({ name, absent: change.id === null, fields });
  }
  return planned;
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
