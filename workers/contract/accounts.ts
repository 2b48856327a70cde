/** The accounts of a tenant as a screen and a report show them: what is there, what licence it has, may it be backed up. */
import type { Result } from '../kernel/result.ts';
import type { Evidence } from './check.ts';

/** `on-premises`: synchronised, its mailbox on the customer's own server. */
export type AccountKind = 'user' | 'shared' | 'room' | 'equipment' | 'guest' | 'on-premises' | 'unknown';

/** `consumer`: from a plan that people get by themselves, with no contract behind it. */
export type LicenceState = 'licensed' | 'kiosk' | 'unlicensed' | 'suspended' | 'trial' | 'consumer' | 'guest';

export interface LicenceVerdict {
  readonly state: LicenceState;
  readonly why: string;
  readonly evidence: Evidence;
  /** What the verdict rests on, and what would show more where it is only inferred. */
  readonly proof: string;
}

/**
 * Whose rule says who may be backed up. `reference`: every account and every shared mailbox needs a licence.
 * `microsoft`: a shared mailbox needs one only over 50 GB, with an archive or on hold; a room or a device needs none.
 */
export type LicenceRule = 'reference' | 'microsoft';

export type Eligibility =
  | { readonly kind: 'eligible'; readonly why: string }
  /** Not by the rule, but somebody has decided so. */
  | { readonly kind: 'anyway'; readonly why: string }
  | { readonly kind: 'needs-licence'; readonly why: string }
  | { readonly kind: 'unreachable'; readonly why: string };

export type Reach =
  | { readonly ok: true }
  /** `unanswered`: it may well be there, and did not say so just now. `refused`: likewise, the app may not look. */
  | { readonly ok: false; readonly reason: string; readonly unanswered?: true; readonly refused?: true };

export interface AccountView {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly kind: AccountKind;
  readonly enabled: boolean;
  /** What a backup can reach of this account, each with its reason where it can not. */
  readonly mail: Reach;
  readonly drive: Reach;
  readonly licence: LicenceVerdict;
  /** By the tenant's rule; a seat is another matter. */
  readonly eligibility: Eligibility;
  /** Page of this user in the Microsoft 365 admin center. */
  readonly adminCenter: string;
}

/** One for each protected account, whatever is in it; rooms and equipment count as shared mailboxes. */
export interface Seat {
  /** Entra object id. */
  readonly account: string;
  readonly kind: 'account' | 'shared-mailbox';
  /** `released`: the row stays, so that one sees who had a seat. */
  readonly state: 'assigned' | 'released';
  /** ISO 8601 UTC: since when it is so. */
  readonly since: string;
}

/** As this device keeps it for a tenant. */
export interface SeatLedger {
  readonly tenantId: string;
  /** `automatic`: a run gives a seat to whoever it protects; `manual`: only a person does. */
  readonly mode: 'automatic' | 'manual';
  /** At most so many; null where nobody has set a limit. */
  readonly cap: number | null;
  readonly seats: readonly Seat[];
  readonly assigned: number;
  readonly released: number;
  /** Null without a cap. */
  readonly free: number | null;
  /** Whoever runs the backup takes no seat. */
  readonly workers: 'assigned automatically';
}

export type SeatChange =
  | { readonly kind: 'mode'; readonly mode: SeatLedger['mode'] }
  | { readonly kind: 'cap'; readonly cap: number | null }
  | { readonly kind: 'assign'; readonly account: string; readonly of: Seat['kind'] }
  | { readonly kind: 'release'; readonly account: string };

export interface AccountsApi {
  /**
   * In the directory's order, a hundred or so at a time as they come, each page awaited; live. A listener that answers
   * `false` wants no more: the listing ends as `job/cancelled`.
   */
  accounts(tenantId: string, listener: (accounts: readonly AccountView[]) => unknown): Promise<Result<void>>;
  licenceRule(tenantId: string): Promise<Result<LicenceRule>>;
  /** Holds from the next listing and the next run. */
  setLicenceRule(tenantId: string, rule: LicenceRule): Promise<Result<void>>;
  /** Whether an account is backed up against the rule. */
  backUpAnyway(tenantId: string, account: string, yes: boolean): Promise<Result<void>>;
  seats(tenantId: string): Promise<Result<SeatLedger>>;
  /** `input/no-seat` where all are assigned; `input/invalid` for a cap below what is assigned. */
  changeSeats(tenantId: string, change: SeatChange): Promise<Result<SeatLedger>>;
}
