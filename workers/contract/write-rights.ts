/** The right to write of a read-only installation: lent for one restore, taken back after it, proved gone. */
import type { Result } from '../kernel/result.ts';

/** A right that was lent and is not proved gone. */
export interface WriteWindow {
  readonly tenantId: string;
  readonly tenantName: string;
  /** App roles of Microsoft Graph: `Mail.ReadWrite`. */
  readonly roles: readonly string[];
  /** The plan it was lent for; null where that is not known any more. */
  readonly plan: string | null;
  /** ISO 8601 UTC. */
  readonly openedAt: string;
  /** `asked`: another person was asked to grant it, and may or may not have done so, or do so yet. */
  readonly phase: 'asked' | 'open' | 'removing';
  /** Until when a link that was given out lets somebody grant it, ISO 8601 UTC; null where none is known. */
  readonly askedUntil: string | null;
  /** A tab of this browser is at work with it. Where none is, it was left over. */
  readonly inUse: boolean;
}

/** That a right is gone. Times are ISO 8601 UTC. */
export interface WriteProof {
  readonly tenantId: string;
  readonly roles: readonly string[];
  /** When the directory was read and had no assignment of these roles. */
  readonly absentAt: string;
  /** When a token fresh from Entra carried none of them. */
  readonly tokenAt: string;
  /** By when the last token that could write has ended, on whichever device it was fetched; null where no role was given back. */
  readonly lastTokenEnds: string | null;
}

export interface WriteProgress {
  readonly step: 'signing-in' | 'granting' | 'waiting' | 'removing' | 'proving';
  /** Since when, in milliseconds since the epoch. */
  readonly since: number;
}

/** Somebody who may grant the right. */
export interface Approver {
  readonly name: string;
  readonly userPrincipalName: string;
  readonly role: string;
}

/** What the link for another administrator names. */
export interface WriteRequest {
  readonly tenantId: string;
  readonly clientId: string;
  readonly roles: readonly string[];
  /** ISO 8601 UTC: nobody grants it after that. Null where it may only be taken back. */
  readonly until: string | null;
}

/** What the administrator sees who followed the link. */
export interface Approval {
  readonly tenantName: string;
  readonly appName: string;
  readonly signedInAs: string;
  /** Of the roles asked for, those that the app holds now, also where a list does not show yet what this page granted. */
  readonly held: readonly string[];
  /** False for a link that has run out, or names a time that no request does: it may only be used to take the right back. */
  readonly mayGrant: boolean;
}

export interface WriteApi {
  /** Rights that were lent from this browser and are not proved gone, or that somebody who was asked may still grant. */
  writing(): Promise<Result<WriteWindow[]>>;
  /** Who may grant the right, as far as whoever is signed in may see it; asks nobody to sign in. */
  approvers(tenantId: string): Promise<Result<Approver[]>>;
  /** The link's content for the roles that the plan needs; null where the installation may write anyway. */
  writeRequest(planHash: string): Promise<Result<WriteRequest | null>>;
  /**
   * Gets the app the roles that the plan needs and no more: with the rights of who signs in now, or by waiting for
   * somebody else's approval. Ends when a token carries them; `restore(planHash)` may follow. Failures: job/cancelled
   * after `cancelWriting`, job/write-rights-open, sign-in/not-administrator; what was granted by then is taken back.
   */
  openWriting(
    planHash: string,
    way: 'sign-in' | 'approval',
    listener: (progress: WriteProgress) => void,
  ): Promise<Result<void>>;
  cancelWriting(planHash: string): Promise<Result<void>>;
  /**
   * Takes the right back and proves it, or joins what is doing so already; `interactive` may open a sign-in window. Where
   * a link that was given out has not run out, `writing` goes on telling of it.
   * Failures: job/already-running while a restore needs it; sign-in/interaction-required, sign-in/not-administrator.
   */
  endWriting(
    tenantId: string,
    interactive: boolean,
    listener: (progress: WriteProgress) => void,
  ): Promise<Result<WriteProof>>;
  /**
   * For the administrator with the link, on any device. `input/invalid` where the app is no backup app of the tenant, and
   * for a grant after `until`, or by a link that names a later `until` than a request does.
   */
  approval(request: WriteRequest, action: 'look' | 'grant' | 'remove'): Promise<Result<Approval>>;
}
