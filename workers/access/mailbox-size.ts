/**
 * How large a mailbox is: the sum over its folders. `sizeInBytes` is answered by the service and not promised by Graph's
 * schema, so the figure is inferred. Recoverable items have a quota of their own and do not count.
 */
import { array, looseObject, nullish, number, optional, string, type InferOutput } from 'valibot';
import type { GraphClient } from '../graph/client.ts';
import { readAll } from '../graph/read-all.ts';
import { ok, type Result } from '../kernel/result.ts';
import { directory } from './installation.ts';

const folderSchema = looseObject({
  id: string(),
  childFolderCount: nullish(number(), 0),
  sizeInBytes: nullish(number()),
});
const pageSchema = looseObject({ value: array(folderSchema), '@odata.nextLink': optional(string()) });
type Folder = InferOutput<typeof folderSchema>;

/** Exchange Online limits (learn.microsoft.com): folders lie no deeper. */
const deepest = 300;
const query = 'includeHiddenFolders=true&$top=100';

/** Of one mailbox, the folders in one place. */
interface Place {
  readonly id: string;
  readonly path: string;
}

/** Bytes; null where the service does not tell. */
export type MailboxSize = Result<number | null>;

/** By object id. Costs, for each level of folders, one exchange for every twenty places that have any. */
export async function readMailboxSizes(
  graph: GraphClient,
  ids: readonly string[],
): Promise<ReadonlyMap<string, MailboxSize>> {
  const sizes = new Map<string, MailboxSize>(ids.map((id) => [id, ok(0)]));
  let open: readonly Place[] = ids.map((id) => ({ id, path: `/users/${id}/mailFolders` }));
  for (let level = 0; level < deepest && open.length > 0; level += 1) {
    const deeper: Place[] = [];
    for (const { id, folders } of await foldersIn(graph, open)) {
      const size = sum(sizes.get(id) ?? ok(0), folders);
      sizes.set(id, size);
      if (folders.ok && size.ok && size.value !== null) deeper.push(...placesIn(id, folders.value));
    }
    open = deeper;
  }
  return sizes;
}

async function foldersIn(graph: GraphClient, places: readonly Place[]) {
  const requests = places.map(({ path }) => ({ path: `${path}?${query}`, schema: pageSchema }));
  const answers = await graph.batch(requests, directory);
  const read: { readonly id: string; readonly folders: Result<readonly Folder[]> }[] = [];
  for (const [at, { id }] of places.entries()) {
    const first = answers[at];
    if (first) read.push({ id, folders: await whole(graph, id, first) });
  }
  return read;
}

async function whole(
  graph: GraphClient,
  id: string,
  first: Result<InferOutput<typeof pageSchema>>,
): Promise<Result<readonly Folder[]>> {
  if (!first.ok) return first;
  const { value, '@odata.nextLink': link } = first.value;
  if (link === undefined) return ok(value);
  const rest = await readAll(graph, link, folderSchema, { pool: `mailbox:${id}` });
  return rest.ok ? ok([...value, ...rest.value]) : rest;
}

function sum(size: MailboxSize, folders: Result<readonly Folder[]>): MailboxSize {
  if (!size.ok || size.value === null) return size;
  if (!folders.ok) return folders;
  let bytes = size.value;
  for (const { sizeInBytes } of folders.value) {
    if (typeof sizeInBytes !== 'number') return ok(null);
    bytes += sizeInBytes;
  }
  return ok(bytes);
}

const placesIn = (id: string, folders: readonly Folder[]): readonly Place[] =>
  folders
    .filter(({ childFolderCount }) => childFolderCount > 0)
    .map((folder) => ({
      id,
      path: `/users/${id}/mailFolders/${encodeURIComponent(folder.id)}/childFolders`,
    }));
