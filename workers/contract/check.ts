/** The permission and coverage report as a screen shows it. */
import type { Result } from '../kernel/result.ts';

/** `read-only` is lent the right to write for each restore (contract/write-rights.ts). */
export type Profile = 'read-only' | 'reference' | 'complete';

export type Verdict = 'ok' | 'missing' | 'extra' | 'unknown';
/**
 * `not-requested`: printed on the reference page, or in another profile, and rightly absent. `renamed`: granted under an
 * id that the service no longer has.
 */
export type PermissionVerdict = Verdict | 'not-requested' | 'renamed';
/** How sure a verdict is: seen in a token or by a probe, concluded, or out of this sign-in's sight. */
export type Evidence = 'proved' | 'inferred' | 'not-visible';
export type Answer = 'yes' | 'no' | 'unknown';

interface Known {
  readonly evidence: Evidence;
  /** The token or the call it rests on; for `not-visible` what would show it. */
  readonly proof: string;
}

/** One permission is `role:graph:Mail.ReadWrite`. What explains what: `access/check-causes.ts`. */
export type FindingId =
  | 'consent'
  | 'partner'
  | 'role-eligible'
  | 'administrator'
  | 'app-deleted'
  | 'app-duplicate'
  | 'backup-app'
  | 'principal'
  | 'backup-app-enabled'
  | 'credential-policy'
  | 'certificate'
  | 'certificate-expired'
  | 'certificate-others'
  | 'conditional-access'
  | 'replication'
  | 'token'
  | 'licence-business'
  | 'licence-exchange'
  | 'licence-onedrive'
  | 'resource-exchange'
  | 'resource-sharepoint'
  | 'read-mail'
  | 'read-files'
  | 'write'
  | 'accounts-kiosk'
  | 'accounts-unlicensed'
  | 'shared-unlicensed'
  | `role:${string}:${string}`;

/** What a button of the page can do about a finding. */
export type Fix = 'install' | 'look-closer';

export interface Finding extends Known {
  readonly id: FindingId;
  readonly title: string;
  readonly verdict: Verdict;
  /** What to do, in words; empty when nothing is. */
  readonly advice: string;
  /** Who must act. */
  readonly who: 'you' | 'administrator' | 'nobody';
  readonly fix: Fix | null;
  /** Where it is explained or set right. */
  readonly link: { readonly text: string; readonly href: string } | null;
  /** Of itself and of everything it explains, the worst. */
  readonly stops: 'backup' | 'restore' | 'nothing';
  /** What is wrong only because of this. */
  readonly consequences: readonly Finding[];
}

export interface Risk {
  /** `tier-0`: a way to Global Administrator. */
  readonly level: 'tier-0' | 'high' | 'medium' | 'low' | 'none';
  readonly reason: string;
}

export interface PermissionRow extends Known {
  /** 1 to 24 on the reference page, null where it is not on it. */
  readonly row: number | null;
  /** Of the app role or scope; null where the resource publishes none, or Holdfast does not know it. */
  readonly id: string | null;
  readonly app: 'registrator' | 'backup';
  readonly api: string;
  readonly claim: string;
  readonly permission: string;
  readonly type: 'application' | 'delegated';
  readonly purpose: string;
  /** What stops without it, or why nothing does. */
  readonly without: string;
  /** A less powerful way to the same end. */
  readonly alternative: string;
  readonly risk: Risk;
  /** By the profile that is installed. */
  readonly required: Answer;
  /** In the directory. */
  readonly granted: Answer;
  readonly inToken: Answer;
  readonly verdict: PermissionVerdict;
  readonly why: string;
}

/** A permission of another vendor's app: what its product needs beside what it was granted. */
export interface VendorPermission {
  readonly api: string;
  readonly claim: string;
  readonly type: 'application' | 'delegated';
  /** `unknown`: Holdfast does not know the product. */
  readonly needed: Answer | 'optional';
  readonly granted: boolean;
  readonly risk: Risk;
}

export interface VendorApp {
  readonly name: string;
  /** Null where its service principal could not be read. */
  readonly clientId: string | null;
  readonly enabled: boolean | null;
  /** ISO 8601: when the last of its credentials ends; null where it has none here or they could not be read. */
  readonly credentialEnds: string | null;
  readonly product: { readonly name: string; readonly source: string; readonly link: string } | null;
  readonly permissions: readonly VendorPermission[];
  /** `unknown`: its delegated permissions could not be read, and the others are as documented. */
  readonly verdict: 'as-documented' | 'more' | 'less' | 'unknown' | 'unknown-product';
  /** Entra's own page of the app, where a grant is taken back. */
  readonly link: string | null;
}

export interface ScorePart {
  readonly title: string;
  readonly points: number;
  readonly of: number;
  readonly why: string;
}
export interface ScoreAction {
  readonly title: string;
  /** Points that it brings. */
  readonly gain: number;
  readonly advice: string;
  readonly fix: Fix | null;
}
export interface Score {
  /** Of 100. */
  readonly points: number;
  readonly word: 'ready' | 'nearly there' | 'gaps' | 'not protected';
  readonly parts: readonly ScorePart[];
  /** The three that raise it most, best first. */
  readonly actions: readonly ScoreAction[];
}

export interface NotCovered {
  readonly what: string;
  readonly why: string;
  /** What keeps it instead, or what to do about it. */
  readonly instead: string;
}

export interface NotLookedAt {
  readonly what: string;
  readonly why: string;
  readonly shownBy: string;
}

/** Guests count as guests only. Null: only the installed app can tell. */
export interface AccountCounts {
  readonly users: number;
  readonly guests: number;
  readonly blocked: number;
  readonly onPremises: number;
  readonly withMailbox: number;
  readonly withDrive: number;
  readonly kiosk: number;
  readonly unlicensed: number;
  readonly shared: number | null;
  readonly rooms: number | null;
}

/** An account that somebody has to do something about. */
export interface AccountNote {
  readonly name: string;
  readonly userPrincipalName: string;
  readonly note: string;
  /** That user in the admin center. */
  readonly link: string;
}

/** Documented in docs/report.md; a file of it is this object as JSON. */
export interface CheckReport {
  readonly schema: 'holdfast-report/1';
  /** Of Holdfast, as `EngineConfig.build`. */
  readonly version: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** `full`: the installed app has looked as well. */
  readonly depth: 'quick' | 'full';
  readonly tenantId: string;
  readonly tenantName: string;
  readonly signedInAs: string;
  /** Directory roles of who signed in; null where they are not visible. */
  readonly roles: readonly string[] | null;
  /** What the app was installed as, if that can be told. */
  readonly profile: Profile | null;
  /** Null where it is not visible. */
  readonly installed: boolean | null;
  readonly score: Score;
  /** Kinds of data that Holdfast does not back up: heads the report. */
  readonly notInThisBackup: readonly NotCovered[];
  /** Root causes, the most important first; what they explain stands below them. */
  readonly findings: readonly Finding[];
  readonly fine: readonly Finding[];
  readonly permissions: readonly PermissionRow[];
  /** Other apps that may read mail or files of everybody. */
  readonly vendors: readonly VendorApp[];
  /** Null where this sign-in could not count them. */
  readonly accounts: AccountCounts | null;
  /** At most 200; `accountsMore` counts the others. */
  readonly accountNotes: readonly AccountNote[];
  readonly accountsMore: number;
  readonly notLookedAt: readonly NotLookedAt[];
  /** HTTP exchanges of the engine; those of the sign-in window are not among them. */
  readonly exchanges: number;
}

export type ReportFormat = 'json' | 'csv';
export interface ReportFile {
  readonly name: string;
  readonly text: string;
}

export interface ReportChange {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}
/** What differs between two reports of one tenant, in the order of the report. */
export interface ReportComparison {
  /** ISO 8601 UTC: when the two were made. */
  readonly before: string;
  readonly after: string;
  readonly changes: readonly ReportChange[];
}

/**
 * `own`: only what everybody may consent to for themselves. `closer`: the tenant's policies and the roles one could
 * activate as well, which takes two more scopes.
 */
export type CheckReach = 'own' | 'usual' | 'closer';

export interface CheckApi {
  /**
   * The quick check: delegated, reads only. `sign-in/consent-missing` where only an administrator may consent: fact
   * `consentLink` is the address for one, and `own` goes on with less.
   */
  check(
    listener: (note: string) => void,
    interactive: boolean,
    reach?: CheckReach,
  ): Promise<Result<CheckReport>>;
  /** The full check: the quick one by who is signed in, silently, and what the installed app sees with its own token. */
  checkFully(tenantId: string, listener: (note: string) => void): Promise<Result<CheckReport>>;
  /** The report as a file to keep. */
  reportFile(report: CheckReport, format: ReportFormat): Promise<Result<ReportFile>>;
  /** `before`: text of a report's JSON file. `input/invalid` where it is none, or of another tenant. */
  compareReports(before: string, after: CheckReport): Promise<Result<ReportComparison>>;
}
