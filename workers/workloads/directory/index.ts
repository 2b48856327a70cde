/** The directory workload: the accounts and groups of a tenant, which is the account of its rows. */
import * as v from 'valibot';
import { ok, type Result } from '../../kernel/result.ts';
import type { Measure, Workload, WorkloadDeps } from '../workload.ts';
import { directoryChanges } from './changes.ts';
import { directoryCall } from './facts.ts';
import { fetchObject, originalObject } from './item.ts';
import { createDirectoryRestore } from './restore.ts';

const typicalObjectBytes = 1_200;

export function createDirectoryWorkload(): Workload {
  return {
    name: 'directory',
    ofTenant: true,
    measure: (_account, deps) => measure(deps),
    changes: (_account, known, deps) => directoryChanges(known, deps),
    fetch: (_account, row, sink, deps) => fetchObject(row, sink, deps),
    scopeOf: (row) => row.folder,
    original: originalObject,
    restore: createDirectoryRestore(),
  };
}

const countSchema = v.object({ '@odata.count': v.number() });

async function measure(deps: WorkloadDeps): Promise<Result<Measure>> {
  const counts: number[] = [];
  for (const path of ['/users', '/groups']) {
    const counted = await deps.graph.get(`${path}?$select=id&$top=1&$count=true`, countSchema, {
      ...directoryCall(deps),
      headers: { ConsistencyLevel: 'eventual' },
    });
    if (!counted.ok) return counted;
    counts.push(counted.value['@odata.count']);
  }
  const [users = 0, groups = 0] = counts;
  const items = users + groups;
  return ok({ items, bytes: items * typicalObjectBytes, requests: users + 3 * groups });
}
