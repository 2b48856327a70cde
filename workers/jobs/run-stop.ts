/** Which failures end a job, which end one account, and which belong to one item. */
import { failureKind, type Failure } from '../kernel/failure.ts';

/** Nothing further can succeed before somebody acts or the connection returns: repeating item by item is pointless. */
export function endsJob(failure: Failure): boolean {
  if (failure.code === 'network/offline' || failure.code === 'repository/replaced') return true;
  return ['sign-in', 'relay', 'storage', 'vault', 'input'].includes(failureKind(failure.code));
}

/** The mailbox or drive is not there, throttled for longer than the client waits, or its earlier snapshot is damaged. */
export const endsLane = (failure: Failure): boolean =>
  failureKind(failure.code) === 'repository' ||
  failure.code === 'graph/no-mailbox' ||
  failure.code === 'graph/no-drive' ||
  failure.code === 'graph/throttled' ||
  failure.code === 'job/already-running';

/** True of every further item: nobody to restore to, no room, or throttled for longer than the client waits. */
export const endsRestore = (failure: Failure): boolean =>
  endsJob(failure) ||
  ['graph/quota-exceeded', 'graph/no-mailbox', 'graph/no-drive', 'graph/throttled'].includes(failure.code);

/** So many items in a row refused or answered with server errors: it is the account, not the items. */
const REFUSALS_IN_A_ROW = 20;

/** Is told how each item went; true once too many in a row were refused. */
export function createRefusalCount(): (failure: Failure | undefined) => boolean {
  let inARow = 0;
  return (failure) => {
    const isRefusal = failure?.code === 'graph/unavailable' || failure?.code === 'graph/forbidden';
    inARow = isRefusal ? inARow + 1 : 0;
    return inARow >= REFUSALS_IN_A_ROW;
  };
}

/** The account never had it: told, but no fault of the run. */
export const isAbsent = (failure: Failure): boolean =>
  failure.code === 'graph/no-mailbox' || failure.code === 'graph/no-drive';
