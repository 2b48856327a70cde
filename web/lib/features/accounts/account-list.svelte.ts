/** Accounts of a tenant: search, filter, choice. The verdicts are the engine's; who may be chosen follows from them. */
import type { AccountView, SeatLedger } from '#workers/contract/accounts.ts';
import { isEligible, mergeByName, seatedOf, seatProblemOf } from './account-verdict.ts';

export type AccountFilter = 'all' | 'protectable' | 'attention' | 'chosen';

export class AccountList {
  search = $state('');
  filter = $state<AccountFilter>('all');
  chosen = $state.raw<ReadonlySet<string>>(new Set());
  /** By name. */
  accounts = $state.raw<readonly AccountView[]>([]);
  seats = $state.raw<SeatLedger | null>(null);

  readonly #seated = $derived(seatedOf(this.seats));
  readonly shown = $derived.by(() => {
    const wanted = this.search.trim().toLocaleLowerCase();
    return this.accounts.filter((account) => this.#passes(account) && matches(account, wanted));
  });
  readonly possible = $derived(this.shown.filter((account) => this.canChoose(account)));
  readonly attention = $derived(this.accounts.filter((account) => this.needsDecision(account)).length);
  /** Chosen accounts for which there is no seat left. */
  readonly withoutSeat = $derived.by(() => {
    const free = this.seats?.free ?? Infinity;
    return Math.max(0, [...this.chosen].filter((id) => !this.#seated.has(id)).length - free);
  });

  /** A page of the listing; those in `wanted` are chosen where they may be. */
  add(page: readonly AccountView[], wanted: ReadonlySet<string>): void {
    this.accounts = mergeByName(this.accounts, page);
    const chosen = page.filter((account) => wanted.has(account.id) && this.canChoose(account));
    if (chosen.length > 0) this.chosen = new Set([...this.chosen, ...chosen.map(({ id }) => id)]);
  }

  replace(account: AccountView): void {
    this.accounts = this.accounts.map((one) => (one.id === account.id ? account : one));
  }

  /** Null where it has a seat, or gets one from the next run. */
  seatProblem({ id }: AccountView): string | null {
    return this.#seated.has(id) ? null : seatProblemOf(this.seats);
  }

  canChoose(account: AccountView): boolean {
    return isEligible(account) && this.seatProblem(account) === null;
  }

  /** Somebody can do something about it. */
  needsDecision(account: AccountView): boolean {
    if (account.eligibility.kind === 'unreachable') return false;
    return !this.canChoose(account);
  }

  get allShownChosen(): boolean {
    return this.possible.length > 0 && this.possible.every((account) => this.chosen.has(account.id));
  }

  toggle(id: string, on = !this.chosen.has(id)): void {
    const next = new Set(this.chosen);
    if (on) next.add(id);
    else next.delete(id);
    this.chosen = next;
  }

  /** Only what is shown: with a search typed, select all means all matches. */
  toggleShown(): void {
    const next = new Set(this.chosen);
    const clear = this.allShownChosen;
    for (const account of this.possible) {
      if (clear) next.delete(account.id);
      else next.add(account.id);
    }
    this.chosen = next;
  }

  /** After a seat was taken away, or a decision back. */
  dropImpossible(): void {
    const possible = this.accounts.filter((account) => this.canChoose(account)).map(({ id }) => id);
    const kept = possible.filter((id) => this.chosen.has(id));
    if (kept.length < this.chosen.size) this.chosen = new Set(kept);
  }

  #passes(account: AccountView): boolean {
    if (this.filter === 'chosen') return this.chosen.has(account.id);
    if (this.filter === 'attention') return this.needsDecision(account);
    return this.filter === 'all' || this.canChoose(account);
  }
}

const matches = (account: AccountView, wanted: string): boolean =>
  wanted === '' ||
  account.displayName.toLocaleLowerCase().includes(wanted) ||
  account.userPrincipalName.toLocaleLowerCase().includes(wanted);
