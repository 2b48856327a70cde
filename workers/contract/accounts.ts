/** The accounts of a tenant as a screen shows them. */
import type { Result } from '../kernel/result.ts';

export interface AccountView {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly kind: 'user' | 'shared' | 'room' | 'equipment' | 'guest' | 'unknown';
  readonly enabled: boolean;
  /** What a backup can reach of this account, each with its reason where it can not. */
  readonly mail: Reach;
  readonly drive: Reach;
}
export type Reach = { readonly ok: true } | { readonly ok: false; readonly reason: string };

export interface AccountsApi {
  accounts(tenantId: string): Promise<Result<AccountView[]>>;
}
