/** What is written of one item in place, noted in the journal as it is written. */
import type { Row } from '../repository/model.ts';
import type { WriteLog, Written } from '../workloads/workload.ts';
import { journalItem, keptWritten, type JournalItem } from './restore-journal.ts';
import type { RestoreRun } from './restore-run.ts';

export const nothingWritten: Written = { id: null, made: 'no', fields: [], links: [] };

export interface Begun {
  /** What a try before this one has lost, and what it has written in place. */
  readonly losses: readonly string[];
  readonly written: Written;
  readonly change: JournalItem['change'];
}

/** Notes of an item that is written in place what was written, each time before more of it is. */
export function writeLog({ deps, prepared }: RestoreRun, folder: string, row: Row, begun: Begun): WriteLog {
  const { change, losses } = begun;
  let { written } = begun;
  return {
    get written() {
      return written;
    },
    note(now) {
      written = now;
      const kept = keptWritten(now);
      const about = { id: '', folder, compared: false, differences: [], losses: [...losses], written: kept };
      const item = { ...about, ...(change && { change }) };
      return journalItem(deps.records, prepared.plan.hash, row.item, item);
    },
  };
}
