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

export type Reach = { readonly ok: true } | { readonly ok: false; readonly reason: string };

export interface AccountView {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly kind: AccountKind;
  readonly enabled: boolean;
  /** What a backup can reach of this account, each with its reason where it can not. */
  readonly mail: Reach;
  readonly drive: Reach;
}

export interface AccountsApi {
  accounts(tenantId: string): Promise<Result<AccountView[]>>;
}
