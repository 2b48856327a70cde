/**
 * What a restore has done so far, on this device: lets a killed restore continue and a finished one be undone. Holds
 * ids, never names or content, but for the values before where it changes what is there: nothing else could put them
 * back; and for the name of a list while its id is not known. Without it a restore still makes no duplicates, because items carry their source id.
 */
import * as v from 'valibot';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { JsonValue } from '../repository/model.ts';
import type { FolderNote, FolderNotes, ItemChange, Written } from '../workloads/workload.ts';
import { deleteAll, type Records } from './records.ts';

const scope = v.variant('kind', [
  v.object({ kind: v.literal('all') }),
  v.object({ kind: v.literal('folder'), folder: v.string() }),
  v.object({ kind: v.literal('items'), items: v.array(v.string()) }),
]);

const json = v.custom<JsonValue>((value) => value !== undefined);
const Change = v.object({
  id: v.nullable(v.string()),
  fields: v.array(v.object({ field: v.string(), now: json, backup: json })),
});
type KeptChange = v.InferOutput<typeof Change>;

const Wrote = v.object({
  id: v.nullable(v.string()),
  made: v.picklist(['no', 'unsure', 'yes']),
  fields: v.array(v.string()),
  links: v.array(
    v.object({ relation: v.picklist(['members', 'owners']), id: v.string(), sure: v.boolean() }),
  ),
});

const Entry = v.object({
  hash: v.string(),
  request: v.object({ repository: v.string(), snapshot: v.string(), scope }),
  account: v.string(),
  targetFolder: v.string(),
  startedAt: v.string(),
  /** Id of the target folder in the service, once it is known. */
  target: v.nullable(v.string()),
  finished: v.boolean(),
  /** Item id → what was shown that it changes, where it changes what is there: all that may be written. */
  shown: v.exactOptional(v.array(v.tuple([v.string(), Change]))),
});
export type JournalEntry = v.InferOutput<typeof Entry>;

const ItemEntry = v.object({
  /** Empty until it has been put. */
  id: v.string(),
  /** Id of the folder it was put into: where that one is no more, neither is the item. */
  folder: v.string(),
  /** Read back; `differences` names the fields that came back otherwise. */
  compared: v.boolean(),
  differences: v.array(v.string()),
  losses: v.array(v.string()),
  /** Noted before anything is written, where it is written in place: what was there and what was to become of it. */
  change: v.exactOptional(Change),
  /** What of it was written in place: all that may be taken back. */
  written: v.exactOptional(Wrote),
});
/** Items that failed have none: they are tried again, and told of again where they fail again. */
export type JournalItem = v.InferOutput<typeof ItemEntry>;

const Note = v.union([v.object({ id: v.string() }), v.object({ name: v.string() })]);

const entryKey = (hash: string) => `restore:${hash}`;
const itemPrefix = (hash: string) => `restored:${hash}:`;
const folderPrefix = (hash: string) => `restored-folders:${hash}:`;

/** `input/invalid` where this device knows no such restore. */
export async function readJournal(records: Records, hash: string): Promise<Result<JournalEntry>> {
  const found = await records.get(entryKey(hash));
  if (!found.ok) return found;
  const entry = v.safeParse(Entry, found.value);
  return entry.success
    ? ok(entry.output)
    : err(failure('input/invalid', 'no such restore was planned or begun on this device'));
}

export async function listJournals(records: Records): Promise<Result<JournalEntry[]>> {
  const found = await records.list('restore:');
  if (!found.ok) return found;
  return ok(
    found.value.flatMap(([, value]) => {
      const entry = v.safeParse(Entry, value);
      return entry.success ? [entry.output] : [];
    }),
  );
}

/** As the journal keeps it. */
export const keptChange = ({ id, fields }: ItemChange): KeptChange => ({
  id,
  fields: fields.map((field) => ({ ...field })),
});

export const keptWritten = ({ id, made, fields, links }: Written): v.InferOutput<typeof Wrote> => ({
  id,
  made,
  fields: [...fields],
  links: links.map((link) => ({ ...link })),
});

/** Whether anything of it was written in place, or may have been. */
export const hasWritten = (item: JournalItem | undefined): boolean =>
  item?.written !== undefined &&
  (item.written.made !== 'no' || item.written.fields.length + item.written.links.length > 0);

export const keptChanges = (shown: ReadonlyMap<string, ItemChange>): [string, KeptChange][] =>
  [...shown].map(([item, change]) => [item, keptChange(change)]);

export const writeJournal = (records: Records, entry: JournalEntry): Promise<Result<void>> =>
  records.put(entryKey(entry.hash), entry);

export const journalItem = (
  records: Records,
  hash: string,
  item: string,
  done: JournalItem,
): Promise<Result<void>> => records.put(itemPrefix(hash) + item, done);

/** It has been taken back. */
export const dropItem = (records: Records, hash: string, item: string): Promise<Result<void>> =>
  records.delete(itemPrefix(hash) + item);

/** Source item id → what became of it; those that were only about to be put are left out. */
export async function journalledItems(
  records: Records,
  hash: string,
): Promise<Result<ReadonlyMap<string, JournalItem>>> {
  const all = await journalledEntries(records, hash);
  return all.ok ? ok(new Map([...all.value].filter(([, { id }]) => id !== ''))) : all;
}

/** Source item id → what was noted of it, put or about to be. */
export async function journalledEntries(
  records: Records,
  hash: string,
): Promise<Result<ReadonlyMap<string, JournalItem>>> {
  const prefix = itemPrefix(hash);
  const found = await records.list(prefix);
  if (!found.ok) return found;
  const items = new Map<string, JournalItem>();
  for (const [key, value] of found.value) {
    const item = v.safeParse(ItemEntry, value);
    if (item.success) items.set(key.slice(prefix.length), item.output);
  }
  return ok(items);
}

export async function dropJournal(records: Records, hash: string): Promise<Result<void>> {
  for (const prefix of [itemPrefix(hash), folderPrefix(hash)]) {
    const gone = await deleteAll(records, prefix);
    if (!gone.ok) return gone;
  }
  return records.delete(entryKey(hash));
}

export const folderNotes = (records: Records, hash: string): FolderNotes => ({
  async all() {
    const prefix = folderPrefix(hash);
    const found = await records.list(prefix);
    if (!found.ok) return found;
    const notes = new Map<string, FolderNote>();
    for (const [key, value] of found.value) {
      const note = v.safeParse(Note, value);
      if (note.success) notes.set(key.slice(prefix.length), note.output);
    }
    return ok(notes);
  },
  put: (folder, note) => records.put(folderPrefix(hash) + folder, note),
  drop: (folder) => records.delete(folderPrefix(hash) + folder),
});

/**
 * A dated name that no other restore of this device to the same account has taken: each can be undone by itself.
 * `planned`: names of plans that have not been begun.
 */
export async function freeFolderName(
  records: Records,
  account: string,
  wanted: string,
  planned: readonly string[] = [],
): Promise<Result<string>> {
  const journals = await listJournals(records);
  if (!journals.ok) return journals;
  const begun = journals.value.filter((entry) => entry.account === account);
  const taken = new Set([...planned, ...begun.map((entry) => entry.targetFolder)]);
  for (let copy = 1; ; copy += 1) {
    const name = copy === 1 ? wanted : `${wanted} (${copy})`;
    if (!taken.has(name)) return ok(name);
  }
}
