/** Everything that the findings of a report are drawn from. */
import type { Profile } from '../contract/check.ts';
import type { DelegatedToken } from '../contract/engine-api.ts';
import type { Failure } from '../kernel/failure.ts';
import type { Result } from '../kernel/result.ts';
import type { CountedAccounts } from './account-tally.ts';
import type { CloserFacts } from './check-closer.ts';
import type { CheckFacts } from './check-facts.ts';
import type { DeviceKey } from './device-key.ts';

export interface Observations extends CheckFacts {
  readonly signedIn: DelegatedToken;
  readonly accounts: Result<CountedAccounts>;
  /** Null where it was not asked for. */
  readonly closer: CloserFacts | null;
  /** Roles of a token that the installed app was given a moment ago; null in a quick check. */
  readonly token: Result<readonly string[]> | null;
  readonly key: DeviceKey | undefined;
  /** This device is connected by the operator's own app. */
  readonly isOperators: boolean;
  /** What the app is meant to be; null where that cannot be told. */
  readonly profile: Profile | null;
  /** For an administrator to consent to the check. */
  readonly consentLink: string;
  readonly now: number;
}

/** This sign-in has consent for no more than its own account. */
export const sawOnlyItself = ({ signedIn }: Pick<Observations, 'signedIn'>): boolean =>
  !signedIn.scopes.includes('Directory.Read.All');

/** For the detail of a proof: `graph/forbidden (403 …)`. */
export const told = ({ code, detail }: Failure): string => `${code}: ${detail}`;
