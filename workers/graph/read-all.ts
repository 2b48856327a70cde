import type { GenericSchema, InferOutput } from 'valibot';
import { ok, type Result } from '../kernel/result.ts';
import type { CallOptions, GraphClient } from './client.ts';

/** Every item of a collection, page after page, for collections that are small by their nature. */
export async function readAll<S extends GenericSchema>(
  graph: GraphClient,
  path: string,
  item: S,
  call: CallOptions,
): Promise<Result<InferOutput<S>[]>> {
  const all: InferOutput<S>[] = [];
  for await (const page of graph.pages(path, item, call)) {
    if (!page.ok) return page;
    all.push(...page.value.items);
  }
  return ok(all);
}
