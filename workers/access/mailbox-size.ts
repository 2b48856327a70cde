/**
 * How large a mailbox is: the sum over its folders. `sizeInBytes` is answered by the service and not promised by Graph's
 * schema, so the figure is inferred. Recoverable items have a quota of their own and do not count.
 */
import { looseObject, nullish, number, string } from 'valibot';
import type { GraphClient } from '../graph/client.ts';
import { ok, type Result } from '../kernel/result.ts';

const folderSchema = looseObject({
  id: string(),
  childFolderCount: nullish(number(), 0),
  sizeInBytes: nullish(number()),
});

/** Bytes; null where the service does not tell. Costs one exchange for each folder that has others in it, and one. */
export async function readMailboxSize(graph: GraphClient, id: string): Promise<Result<number | null>> {
  const mailbox = `/users/${id}/mailFolders`;
  const options = { pool: `mailbox:${id}` } as const;
  const open = [mailbox];
  let bytes = 0;
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const query = '?includeHiddenFolders=true&$top=250';
    for await (const page of graph.pages(`${path}${query}`, folderSchema, options)) {
      if (!page.ok) return page;
      for (const folder of page.value.items) {
        if (typeof folder.sizeInBytes !== 'number') return ok(null);
        bytes += folder.sizeInBytes;
        if (folder.childFolderCount > 0)
          open.push(`${mailbox}/${encodeURIComponent(folder.id)}/childFolders`);
      }
    }
  }
  return ok(bytes);
}
