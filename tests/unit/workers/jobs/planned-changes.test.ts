import { expect, it } from 'vitest';
import { readChanges } from '../../../../workers/jobs/planned-changes.ts';
import { ok } from '../../../../workers/kernel/result.ts';
import type { WorkloadDeps } from '../../../../workers/workloads/workload.ts';
import { rowOf } from './fakes/workload.ts';

const rows = (many: number) =>
  Array.from({ length: many }, (_, i) =>
    rowOf({ id: `${i}`, folder: 'users', name: `${i}`, date: '2026-11-20T00:00:00Z', body: '' }),
  );

async function read(many: number) {
  let reads = 0;
  const change = async () => {
    reads += 1;
    return ok({ id: 'there', fields: reads % 2 ? [{ field: 'city', now: null, backup: 'Kiel' }] : [] });
  };
  const port = { change, undo: async () => ok([]) };
  const content = { read: async function* () {} };
  const found = await readChanges({ port, content }, rows(many), undefined as unknown as WorkloadDeps);
  return { found, reads };
}

it('shows every change of a thousand items', async () => {
  const { found, reads } = await read(1_000);
  expect([reads, found.ok && found.value.size]).toEqual([1_000, 500]);
});

it('refuses more than it can show, before anything is read', async () => {
  const { found, reads } = await read(1_001);
  expect(found).toMatchObject({
    error: { code: 'input/too-many-items', facts: { items: 1_001, most: 1_000 } },
  });
  expect(reads).toBe(0);
});
