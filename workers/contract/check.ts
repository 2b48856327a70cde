/** The permission and coverage report as a screen shows it. */

/** `restore` is `read-only` with the two rights to write that putting mail and files back needs. */
export type Profile = 'read-only' | 'restore' | 'reference' | 'complete';

export type Verdict = 'ok' | 'missing' | 'extra' | 'unknown';
/** `not-requested`: printed on the reference page, or in another profile, and rightly absent. */
export type PermissionVerdict = Verdict | 'not-requested';
/** How sure a verdict is: seen in a token or by a probe, concluded, or out of this sign-in's sight. */
export type Evidence = 'proved' | 'inferred' | 'not-visible';

export interface Finding {
  readonly id: string;
  readonly title: string;
  readonly verdict: Verdict;
  readonly evidence: Evidence;
  /** What to do, in words; empty when nothing is. */
  readonly advice: string;
  readonly stops: 'backup' | 'restore' | 'nothing';
}

export interface PermissionRow {
  readonly app: 'registrator' | 'backup';
  readonly api: string;
  readonly claim: string;
  readonly permission: string;
  readonly type: 'application' | 'delegated';
  readonly verdict: PermissionVerdict;
  readonly evidence: Evidence;
  readonly why: string;
}

export interface CheckReport {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly tenantId: string;
  readonly tenantName: string;
  readonly signedInAs: string;
  readonly findings: readonly Finding[];
  readonly permissions: readonly PermissionRow[];
  /** Null where this sign-in could not count them. */
  readonly accounts: {
    readonly users: number;
    readonly withMailbox: number;
    readonly withDrive: number;
  } | null;
  /** Kinds of data that Holdfast does not back up, each with its reason. */
  readonly notInThisBackup: readonly { readonly what: string; readonly why: string }[];
  readonly installed: boolean;
}
