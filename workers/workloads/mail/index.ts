/** The mail workload: one mailbox, its folders and messages. */
import { ok, type Result } from '../../kernel/result.ts';
import type { Account } from '../../repository/model.ts';
import type { Measure, Workload, WorkloadDeps } from '../workload.ts';
import { mailChanges, messageScope } from './changes.ts';
import { countMessages } from './folder-changes.ts';
import { fetchMessage, originalMessage } from './item.ts';
import { mailRestore } from './restore.ts';

/** Graph tells no sizes before the listing: the mean over business mailboxes with their attachments is about this. */
const typicalMessageBytes = 75_000;
/** One message in three has attachments or an unusual form and costs a second request. */
const requestsForMessage = 1.35;

export function createMailWorkload(): Workload {
  return {
    name: 'mail',
    measure,
    changes: mailChanges,
    fetch: fetchMessage,
    scopeOf: (row) => messageScope(row.folder),
    original: originalMessage,
    restore: mailRestore,
  };
}

async function measure(account: Account, deps: WorkloadDeps): Promise<Result<Measure>> {
  const counted = await countMessages(account, deps);
  if (!counted.ok) return counted;
  const { folders, items } = counted.value;
  const requests = Math.ceil(items * requestsForMessage + items / 200) + folders;
  return ok({ items, bytes: items * typicalMessageBytes, requests });
}
