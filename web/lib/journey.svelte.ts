/** What the first-run screens hand on to each other. In memory only: names of a tenant stay out of addresses and storage. */
import type { CheckReport } from '#workers/contract/check.ts';
import type { AccountView } from '#workers/contract/accounts.ts';
import type { RestoreRequest } from '#workers/contract/jobs.ts';

export class Journey {
  report = $state.raw<CheckReport | null>(null);
  tenantId = $state<string | null>(null);
  tenantName = $state('');
  accounts = $state.raw<readonly AccountView[]>([]);
  /** Object ids of the chosen accounts. */
  chosen = $state.raw<readonly string[]>([]);
  /** The repository that the next backup was asked for, where it exists already: offered first. */
  repository = $state<string | null>(null);
  restore = $state.raw<RestoreRequest | null>(null);

  chooseTenant(tenantId: string, tenantName: string): void {
    if (this.tenantId !== tenantId) {
      this.accounts = [];
      this.chosen = [];
      this.repository = null;
    }
    this.tenantId = tenantId;
    this.tenantName = tenantName;
  }

  clear(): void {
    this.report = null;
    this.tenantId = null;
    this.tenantName = '';
    this.accounts = [];
    this.chosen = [];
    this.repository = null;
    this.restore = null;
  }
}
