/** How every call to a mailbox is made: its paths, its pool, its headers. */
import type { CallOptions } from '../../graph/client.ts';
import type { Account } from '../../repository/model.ts';
import type { WorkloadDeps } from '../workload.ts';

/** Ids stay the same when a message moves (learn.microsoft.com/graph/outlook-immutable-id). On every call. */
const immutableIds = 'IdType="ImmutableId"';

export const mailboxPath = (account: Account, path: string): string =>
  `/users/${encodeURIComponent(account.id)}/${path}`;

export const segment = (id: string): string => encodeURIComponent(id);

/** `prefer`: more preferences, as the header spells them. */
export const mailboxCall = (
  account: Account,
  deps: WorkloadDeps,
  ...prefer: readonly string[]
): CallOptions => ({
  pool: `mailbox:${account.id}`,
  signal: deps.signal,
  headers: { Prefer: [immutableIds, ...prefer].join(', ') },
});
