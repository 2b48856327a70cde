/** What the backup app may do in a tenant: the profiles to choose from, and an administrator's own rights in it. */
import type { Result } from '../kernel/result.ts';
import type { Profile, Risk } from './check.ts';

/** One choice of *Install backup app*. */
export interface ProfileCard {
  readonly profile: Profile;
  readonly name: string;
  readonly text: string;
  /** Of its riskiest permissions: the level, and every reason for it. */
  readonly level: Risk['level'];
  readonly reasons: readonly string[];
  /** What its permissions put at risk together: 0 is nothing, 100 is the whole tenant and the most. */
  readonly score: number;
  /** Claims, as the tenant shows them. */
  readonly permissions: readonly string[];
}

/** A permission that acts only while an administrator is signed in to the backup app. */
export interface DelegatedRight {
  readonly scope: string;
  readonly purpose: string;
  /** `unknown` before anybody has signed in, or where the directory does not say. */
  readonly consented: 'yes' | 'no' | 'unknown';
}

export interface AppRights {
  readonly tenantId: string;
  /** User principal name of who is signed in to the app; null for nobody. */
  readonly signedInAs: string | null;
  /** Of the installed profile; empty where it has none and nobody needs to sign in. */
  readonly rights: readonly DelegatedRight[];
}

export interface AppRightsApi {
  profiles(): Promise<Result<readonly ProfileCard[]>>;
  /** `input/not-connected` where this device is not connected to the tenant. */
  appRights(tenantId: string): Promise<Result<AppRights>>;
  /**
   * Signs an administrator in to the backup app itself; opens the sign-in window, so call it from a click. Work that
   * waits for it goes on. `input/invalid` where the profile has no delegated rights. `account`: object id of the one
   * person whose sign-in is wanted; `sign-in/other-account` where somebody else signs in.
   */
  signInToApp(tenantId: string, account?: string): Promise<Result<AppRights>>;
}
