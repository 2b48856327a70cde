/** Where the client gets its bearer tokens; implemented by access/app-token.ts and access/delegated-token.ts. */
import type { Result } from '../kernel/result.ts';

export interface TokenSource {
  /**
   * A token that is valid for some minutes; callers keep none. `claims` carries a continuous-access-evaluation
   * challenge to the authority, once. Failures: sign-in/*, relay/*, network/*.
   */
  token(claims?: string): Promise<Result<string>>;
  /** The service refused this token: the next call fetches another one. */
  invalidate(token: string): void;
}
