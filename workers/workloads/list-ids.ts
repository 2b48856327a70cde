import * as v from 'valibot';
import type { CallOptions, GraphClient } from '../graph/client.ts';
import { ok, type Result } from '../kernel/result.ts';

const withId = v.object({ id: v.string() });

/** Ids of everything in a collection, `path` being without a query. */
export async function listIds(
  path: string,
  graph: GraphClient,
  call: CallOptions,
): Promise<Result<ReadonlySet<string>>> {
  const ids = new Set<string>();
  for await (const page of graph.pages(`${path}?$select=id&$top=999`, withId, call)) {
    if (!page.ok) return page;
    for (const { id } of page.value.items) ids.add(id);
  }
  return ok(ids);
}
