/** The drive workload: one OneDrive, its folders and files. */
import * as v from 'valibot';
import type { Clock } from '../../kernel/clock.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { Account } from '../../repository/model.ts';
import type { Measure, Workload, WorkloadDeps } from '../workload.ts';
import { driveChanges, driveScope } from './changes.ts';
import { createDownloadLinks } from './download-links.ts';
import { driveCall } from './drive-item.ts';
import { fetchFile, originalFile } from './item.ts';
import { driveRestore } from './restore.ts';

/** The quota tells bytes, not files: about this is the mean over business drives. */
const typicalFileBytes = 800_000;

/** Keeps download links of its listings in memory: one instance serves all accounts of a run. */
export function createDriveWorkload(clock: Clock): Workload {
  const links = createDownloadLinks(clock);
  return {
    name: 'drive',
    measure,
    changes: (account, known, deps) => driveChanges(account, known, links, deps),
    fetch: (account, row, sink, deps) => fetchFile(row, { account, links, sink, deps }),
    scopeOf: () => driveScope,
    original: originalFile,
    restore: driveRestore,
  };
}

const driveSchema = v.object({ quota: v.nullish(v.object({ used: v.nullish(v.number()) })) });

async function measure(account: Account, deps: WorkloadDeps): Promise<Result<Measure>> {
  const path = `/users/${encodeURIComponent(account.id)}/drive?$select=id,quota`;
  const drive = await deps.graph.get(path, driveSchema, driveCall(deps));
  if (!drive.ok) return drive;
  const bytes = drive.value.quota?.used ?? 0;
  const items = Math.ceil(bytes / typicalFileBytes);
  return ok({ items, bytes, requests: items + Math.ceil(items / 500) });
}
