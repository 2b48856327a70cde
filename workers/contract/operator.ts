/** An app of the operator's own, multi-tenant, that customers consent to instead of having one made in their directory. */
import type { Result } from '../kernel/result.ts';
import type { Connection, OnboardProgress } from './connections.ts';

/** As `/config.json` names it. */
export interface OperatorApp {
  readonly clientId: string;
  /** The tenant that the app is registered in. */
  readonly homeTenantId: string;
}

export interface OperatorApi {
  /** ISO 8601 UTC: when the certificate of this browser's key ends; null where it has none yet. */
  operatorKey(): Promise<Result<string | null>>;
  /**
   * Makes this browser's key, or renews it, and adds its certificate to the app at home, with the rights of whoever
   * signs in there. Live. Failures: sign-in/not-administrator, graph/not-found where home has no such app, graph/*.
   */
  prepareOperatorApp(listener: (progress: OnboardProgress) => void): Promise<Result<string>>;
  /**
   * Connects a customer's tenant that has consented. Nothing but a token of that very tenant counts as consent.
   * Failures: relay/app-unknown where it has not consented (or Entra does not know it yet), relay/roles-pending with
   * the permissions that the app lacks for a backup, sign-in/interaction-required without a key.
   */
  connectOperatorApp(tenantId: string): Promise<Result<Connection>>;
}
