/** One backup that runs in this tab: what the engine last said, and how it ended. */
import type { BackupProgress, BackupReport } from '#workers/contract/jobs.ts';
import type { Failure } from '#workers/kernel/failure.ts';

export class BackupRun {
  readonly repository: string;
  /** Object ids. */
  readonly accounts: readonly string[];
  progress = $state.raw<BackupProgress | null>(null);
  report = $state.raw<BackupReport | null>(null);
  failure = $state.raw<Failure | null>(null);

  constructor(repository: string, accounts: readonly string[]) {
    this.repository = repository;
    this.accounts = accounts;
  }

  get active(): boolean {
    return this.report === null && this.failure === null;
  }
}
