/** What a browser that was closed half-way left undone in a tenant. */
import type { Result } from '../kernel/result.ts';
import type { Profile } from './check.ts';

export interface Unfinished {
  readonly tenantId: string;
  readonly verb: 'install' | 'join' | 'disconnect' | 'leave';
  /** The step that was begun last. */
  readonly step: string;
  /** ISO 8601 UTC: when it was begun first. */
  readonly since: string;
  /** Of an installation: the one that was chosen. */
  readonly profile: Profile | null;
}

export interface UnfinishedApi {
  /** Told first at a start. What another tab is doing just now is not among it. */
  unfinished(): Promise<Result<Unfinished[]>>;
}
