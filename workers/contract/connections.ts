/** How this device is connected to a tenant, and how it becomes so. */
import type { Result } from '../kernel/result.ts';
import type { Profile } from './check.ts';

/**
 * `app`: the backup app in the customer's own directory. `operator-app`: the operator's app, consented to there.
 * `own`: no app, the rights of one account over itself.
 */
export type ConnectionKind = 'app' | 'operator-app' | 'own';

/** The backup app as installed in a customer's directory, as this device knows it. */
export interface Connection {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly clientId: string;
  readonly profile: Profile;
  /** ISO 8601 UTC: when this device's certificate ends; empty for `own`. */
  readonly certificateExpires: string;
  readonly kind: ConnectionKind;
  /** Object id of the application, which names it in a proof of possession; null where an older version stored none. */
  readonly applicationId: string | null;
  /** `own`: object id of the one account. */
  readonly account: string | null;
  /** Tenant that the key is registered in: the operator's for `operator-app`. */
  readonly homeTenantId: string;
  /** Stored by a version that gave a read-only installation the right to write and left it to people to take it back. */
  readonly mayStillWrite?: true;
}

export type OnboardStep =
  'role' | 'application' | 'service-principal' | 'certificate' | 'resources' | 'roles' | 'grants' | 'token';
export interface OnboardProgress {
  readonly step: OnboardStep;
  readonly state: 'running' | 'done' | 'waiting';
  /** `granted 3 of 8`, `waiting for replication (12 s)`. */
  readonly note: string;
}

export interface ConnectApi {
  /**
   * Live. `job/already-running` where another tab is at it; `input/invalid` where this device is connected by the
   * operator's own app, as of `join`.
   */
  onboard(profile: Profile, listener: (progress: OnboardProgress) => void): Promise<Result<Connection>>;
  /**
   * For an app that is there: adds this device's certificate and nothing else; roles, grants and an open right to write
   * stay as they are. Live. `graph/not-found` where the tenant has no backup app.
   */
  join(listener: (progress: OnboardProgress) => void): Promise<Result<Connection>>;
  /** The installation or joining of this tab stops before its next step or wait; what is done stays done. */
  stopConnecting(): Promise<Result<void>>;
  /** This device's certificate, where it is due; no sign-in. A backup does so by itself. */
  renew(tenantId: string): Promise<Result<Connection>>;
  connections(): Promise<Result<Connection[]>>;
}
