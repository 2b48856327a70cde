/** What the backup app may do in a tenant: the profiles to choose from. */
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
  /** What its permissions put at risk together: 0 is nothing, 100 and more is the whole tenant; 100 is the most. */
  readonly score: number;
  /** Claims, as the tenant shows them. */
  readonly permissions: readonly string[];
}

export interface AppRightsApi {
  profiles(): Promise<Result<readonly ProfileCard[]>>;
}
