/** A person's own rights: work that rests on a sign-in, and what it does when that ends. */
import type { Result } from '../kernel/result.ts';
import type { Connection } from './connections.ts';

/** A run that waits for one click. Nothing is lost meanwhile: it goes on where it is. */
export interface PoliteWait {
  readonly tenantId: string;
  /**
   * `signed-out`: nobody has signed in since the page was loaded. `first-token-ended`: the sign-in came without the
   * right to renew it (`offline_access`). `day-ended`: Microsoft lets a page renew it for 24 hours. `taken-back`: ended
   * before that, by a new password, a policy or an administrator.
   */
  readonly why: 'signed-out' | 'first-token-ended' | 'day-ended' | 'taken-back';
  /** ISO 8601 UTC. */
  readonly since: string;
}

export interface OwnApi {
  /**
   * Mail, OneDrive and tasks of whoever signs in, by that person's own consent: no administrator, no backup app, no relay.
   * Where this device has the tenant's backup app already, that connection is given instead and nothing changes.
   * `sign-in/administrators-consent` where the organisation lets nobody else consent; `sign-in/other-account` where this
   * device keeps another person's account of this tenant. Opens the sign-in window.
   */
  connectOwn(): Promise<Result<Connection>>;
  /** The click that lets a waiting run go on, and screens ask again; opens the sign-in window. */
  signInAgain(tenantId: string): Promise<Result<void>>;
  /**
   * Once the page has forgotten its sign-ins: the engine keeps no token of a person either. What waits for a sign-in ends
   * with `sign-in/interaction-required`.
   */
  forgetSignIns(): Promise<Result<void>>;
  /** This device forgets the account; backups stay. The consent is taken back at myapps.microsoft.com. */
  forgetOwn(tenantId: string): Promise<Result<void>>;
}
