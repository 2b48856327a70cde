/** Accounts of a tenant: search, filter, choice. */
import type { AccountView } from '#workers/contract/accounts.ts';

export type AccountFilter = 'protectable' | 'all' | 'chosen';

/** At least one kind of data can be reached. */
export const isProtectable = (account: AccountView): boolean => account.mail.ok || account.drive.ok;

export class AccountList {
  search = $state('');
  filter = $state<AccountFilter>('protectable');
  chosen = $state.raw<ReadonlySet<string>>(new Set());
  accounts = $state.raw<readonly AccountView[]>([]);

  readonly shown = $derived.by(() => {
    const wanted = this.search.trim().toLocaleLowerCase();
    return this.accounts.filter((account) => this.#passes(account) && matches(account, wanted));
  });

  get allShownChosen(): boolean {
    const possible = this.shown.filter(isProtectable);
    return possible.length > 0 && possible.every((account) => this.chosen.has(account.id));
  }

  toggle(id: string): void {
    const next = new Set(this.chosen);
    if (!next.delete(id)) next.add(id);
    this.chosen = next;
  }

  /** Only what is shown: with a search typed, select all means all matches. */
  toggleShown(): void {
    const next = new Set(this.chosen);
    const clear = this.allShownChosen;
    for (const account of this.shown.filter(isProtectable)) {
      if (clear) next.delete(account.id);
      else next.add(account.id);
    }
    this.chosen = next;
  }

  #passes(account: AccountView): boolean {
    if (this.filter === 'chosen') return this.chosen.has(account.id);
    return this.filter === 'all' || isProtectable(account);
  }
}

const matches = (account: AccountView, wanted: string): boolean =>
  wanted === '' ||
  account.displayName.toLocaleLowerCase().includes(wanted) ||
  account.userPrincipalName.toLocaleLowerCase().includes(wanted);
