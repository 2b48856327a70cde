/**
 * Why an item is missing: the engine gives a failure's code, the item's state where nothing failed, or words of its own
 * where the cause has none.
 */
import type { FailureCode } from '#workers/kernel/failure.ts';
import { failureCopy } from './failure-copy.ts';

const isFailureCode = (reason: string): reason is FailureCode => Object.hasOwn(failureCopy, reason);

const states = new Map([['pending', 'not fetched yet: resume the backup']]);

/** A title without a full stop for a code; anything else as it is. */
export const reasonWords = (reason: string): string =>
  isFailureCode(reason) ? failureCopy[reason].title : (states.get(reason) ?? reason);
