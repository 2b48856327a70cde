/** What a person has confirmed beside what is there when it is written: somebody may have changed it in between. */
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { JsonValue } from '../repository/model.ts';
import type { FieldChange, ItemChange, ShownChange } from './workload.ts';

/**
 * `job/changed-since-plan` where `now` would change anything that the plan did not show so. What has become as in the
 * backup meanwhile is no hindrance: there is less to do.
 */
export function asShown(now: ItemChange, { change, begun }: ShownChange): Result<void> {
  // Brought back or made anew by an earlier try: it was shown that all of it comes from the backup.
  if (begun && change?.id === null) return ok();
  const isSame = change ? now.id === change.id : now.id !== null;
  const others = now.fields.filter((field) => !change?.fields.some((shown) => covers(shown, field)));
  if (isSame && others.length === 0) return ok();
  const what = isSame ? others.map(({ field }) => field).join(', ') : 'whether it is there';
  return err(failure('job/changed-since-plan', `changed since the plan: ${what}`));
}

const covers = (shown: FieldChange, { field, now, backup }: FieldChange): boolean =>
  shown.field === field && isEqual(shown.now, now) && holds(shown.backup, backup);

/** Of a list that people are in, some may be in it by now. */
const holds = (shown: JsonValue, backup: JsonValue): boolean =>
  Array.isArray(shown) && Array.isArray(backup)
    ? backup.every((one) => shown.some((each) => isEqual(each, one)))
    : isEqual(shown, backup);

export const isEqual = (a: JsonValue, b: JsonValue): boolean => JSON.stringify(a) === JSON.stringify(b);
