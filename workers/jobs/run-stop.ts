/** Which failures end a job, which end one account, and which belong to one item. */
import { failureKind, type Failure } from '../kernel/failure.ts';

/** Nothing further can succeed before somebody acts or the connection returns: repeating item by item is pointless. */
export function endsJob(failure: Failure): boolean {
  if (failure.code === 'network/offline') return true;
  return ['sign-in', 'relay', 'storage', 'vault', 'input'].includes(failureKind(failure.code));
}

/** The mailbox or drive is not there, throttled for longer than the client waits, or its earlier snapshot is damaged. */
export const endsLane = (failure: Failure): boolean =>
  failureKind(failure.code) === 'repository' ||
  failure.code === 'graph/no-mailbox' ||
  failure.code === 'graph/no-drive' ||
  failure.code === 'graph/throttled' ||
  failure.code === 'job/already-running';

/** The account never had it: told, but no fault of the run. */
export const isAbsent = (failure: Failure): boolean =>
  failure.code === 'graph/no-mailbox' || failure.code === 'graph/no-drive';
