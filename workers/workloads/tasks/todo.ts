/** How every call to Microsoft To Do is made: its paths and its pool. Tasks lie in the mailbox and share its limits. */
import type { CallOptions } from '../../graph/client.ts';
import type { Account } from '../../repository/model.ts';
import type { WorkloadDeps } from '../workload.ts';

const segment = (id: string): string => encodeURIComponent(id);

export const listsPath = (account: Account): string => `/users/${segment(account.id)}/todo/lists`;

export const listPath = (account: Account, list: string): string => `${listsPath(account)}/${segment(list)}`;

export const tasksPath = (account: Account, list: string): string => `${listPath(account, list)}/tasks`;

export const taskPath = (account: Account, list: string, task: string): string =>
  `${tasksPath(account, list)}/${segment(task)}`;

export const todoCall = (account: Account, deps: WorkloadDeps, prefer?: string): CallOptions => ({
  pool: `mailbox:${account.id}`,
  signal: deps.signal,
  ...(prefer !== undefined && { headers: { Prefer: prefer } }),
});

/** A restored task is known by its list as well: To Do finds no task without it. */
export const joinTaskId = (list: string, task: string): string => `${list}/${task}`;

export function splitTaskId(id: string): { readonly list: string; readonly task: string } {
  const [list = '', task = ''] = id.split('/');
  return { list, task };
}
