/** The permission and coverage report as a screen shows it. */
import type { Result } from '../kernel/result.ts';

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

export interface Risk {
  /** `tier-0`: a way to Global Administrator. */
  readonly level: 'tier-0' | 'high' | 'medium' | 'low' | 'none';
  readonly reason: string;
}

export interface PermissionRow {
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
  readonly verdict: PermissionVerdict;
  readonly evidence: Evidence;
  readonly why: string;
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

/** Documented in docs/report.md; a file of it is this object as JSON. */
export interface CheckReport {
  readonly schema: 'holdfast-report/1';
  /** Of Holdfast, as `EngineConfig.build`. */
  readonly version: string;
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
  /** Kinds of data that Holdfast does not back up: heads the report. */
  readonly notInThisBackup: readonly NotCovered[];
  readonly notLookedAt: readonly NotLookedAt[];
  readonly installed: boolean;
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

export interface CheckApi {
  check(listener: (note: string) => void, interactive: boolean): Promise<Result<CheckReport>>;
  /** The report as a file to keep. */
  reportFile(report: CheckReport, format: ReportFormat): Promise<Result<ReportFile>>;
  /** `before`: text of a report's JSON file. `input/invalid` where it is none, or of another tenant. */
  compareReports(before: string, after: CheckReport): Promise<Result<ReportComparison>>;
}
