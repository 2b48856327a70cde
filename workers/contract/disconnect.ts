/** Taking the backup app out of a tenant, or this device out of the app; with proof. */
import type { Result } from '../kernel/result.ts';

/** In their order: a deleted app can be restored for 30 days, and would come back with whatever was not taken first. */
export type DisconnectStep =
  'roles' | 'grants' | 'certificates' | 'service-principal' | 'application' | 'token' | 'key';

export interface DisconnectProgress {
  readonly step: DisconnectStep;
  readonly state: 'running' | 'waiting' | 'done';
  /** `removing 3 of 8`, `none left`. */
  readonly note: string;
}

/** What a removal would take away, and from whom; read before anything is changed. */
export interface RemovalPreview {
  readonly tenantId: string;
  /** The directory roles of whoever signed in allow it. */
  readonly mayRemove: boolean;
  /** They allow taking out this device's certificate, or there is none to take out. */
  readonly mayLeave: boolean;
  /** Names of these roles. */
  readonly heldRoles: readonly string[];
  readonly roles: number;
  readonly grants: number;
  /** This device's certificate is registered. */
  readonly ownCertificate: boolean;
  /** Of other devices, which lose their access as well. */
  readonly otherCertificates: readonly { readonly name: string; readonly ends: string | null }[];
}

/** One thing that is gone, and what was seen when it was looked for afterwards. */
export interface ProofLine {
  readonly what: string;
  readonly seen: string;
}

export interface Disconnected {
  readonly proof: readonly ProofLine[];
  /** ISO 8601 UTC: a token issued before the removal is valid until then at the latest. No revocation reaches it. */
  readonly tokensEnd: string;
  /** ISO 8601 UTC: until then an administrator can restore the deleted app. null: the app was left as it is. */
  readonly restorableUntil: string | null;
}

export interface DisconnectApi {
  /** May open a sign-in window. Failures: input/not-connected, sign-in/*, graph/*. */
  previewRemoval(tenantId: string): Promise<Result<RemovalPreview>>;
  /**
   * Removes grants, certificates, service principal, app and this device's key, or goes on where an earlier try was
   * cut short. A right to write that was lent goes with the others. Live. Failures: sign-in/not-administrator where
   * somebody else must, job/write-rights-open while a restore has that right, input/not-connected, graph/*, relay/*.
   */
  disconnect(
    tenantId: string,
    listener: (progress: DisconnectProgress) => void,
  ): Promise<Result<Disconnected>>;
  /**
   * Removes this device's certificate and key, and leaves the app to the other devices. Live. Failures as of
   * `disconnect`; job/write-rights-open also where a right to write was left over: `endWriting` first.
   */
  leaveTenant(
    tenantId: string,
    listener: (progress: DisconnectProgress) => void,
  ): Promise<Result<Disconnected>>;
}
