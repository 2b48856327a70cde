/** The mail workload: one mailbox, its folders and messages. */
import { createAllowance } from '../../kernel/limit.ts';
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

/**
 * Messages are taken apart and put together in memory, each as up to four times its size: so much of them at a time, by
 * the sizes that the listing tells. Exchange takes messages up to 150 MB.
 */
const bytesInMemory = 64 * 1024 * 1024;

/** One instance serves all accounts of a run: what they hold in memory is bounded together. */
export function createMailWorkload(): Workload {
  const holding = createAllowance(bytesInMemory);
  return {
    name: 'mail',
    measure,
    changes: mailChanges,
    fetch: (account, row, sink, deps) => holding(row.size, () => fetchMessage(account, row, sink, deps)),
    scopeOf: (row) => messageScope(row.folder),
    original: originalMessage,
    restore: {
      ...mailRestore,
      putItem: (place, row, content, deps) =>
        holding(row.size, () => mailRestore.putItem(place, row, content, deps)),
    },
  };
}

async function measure(account: Account, deps: WorkloadDeps): Promise<Result<Measure>> {
  const counted = await countMessages(account, deps);
  if (!counted.ok) return counted;
  const { folders, items } = counted.value;
  const requests = Math.ceil(items * requestsForMessage + items / 200) + folders;
  return ok({ items, bytes: items * typicalMessageBytes, requests });
}
