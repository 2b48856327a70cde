/** A person's own rights: work that rests on a sign-in, and what it does when that ends. */

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
