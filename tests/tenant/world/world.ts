/**
 * The state of one simulated tenant. Each area owns its store and its routes; areas meet only here.
 * Nothing below `tests/tenant` imports `workers/` or `web/`: one misunderstanding must not sit on both sides.
 */
import type { DirectoryStore } from '../directory/store.ts';
import type { DriveStore } from '../drive/store.ts';
import type { EntraState } from '../entra/state.ts';
import type { FaultScript } from '../faults.ts';
import type { Throttle } from '../graph/throttle.ts';
import type { MailStore } from '../mail/store.ts';
import type { Ledger } from '../oracle/ledger.ts';
import type { TodoStore } from '../todo/store.ts';
import type { Clock } from './clock.ts';
import type { Ids } from './ids.ts';
import type { Replication, Switches } from './switches.ts';

export type { Replication, Switches } from './switches.ts';

export interface World {
  readonly tenant: TenantIdentity;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly urls: ServiceUrls;
  readonly switches: Switches;
  readonly replication: Replication;
  readonly pace: Pace;
  readonly directory: DirectoryStore;
  readonly mail: MailStore;
  readonly drives: DriveStore;
  readonly todo: TodoStore;
  readonly outbox: Outbox;
  readonly entra: EntraState;
  readonly throttle: Throttle;
  readonly faults: FaultScript;
  readonly ledger: Ledger;
}

/** How far away the tenant is: every exchange takes so long. */
export interface Pace {
  latencyMs: number;
}

export interface TenantIdentity {
  readonly id: string;
  readonly displayName: string;
  /** The first label of `contoso.onmicrosoft.com` and of the SharePoint hosts. */
  readonly name: string;
  /** The verified domain that user names are in. */
  readonly domain: string;
}

/**
 * Where each service answers, without a trailing slash. Under TLS these are Microsoft's real origins
 * (`https://graph.microsoft.com`); over plain http the host becomes the first path segment
 * (`http://localhost:4300/graph.microsoft.com`). Every link in an answer is built from these.
 */
export interface ServiceUrls {
  readonly login: string;
  readonly graph: string;
  readonly outlook: string;
  /** `https://contoso-my.sharepoint.com`: OneDrive contents and upload sessions. */
  readonly personalSites: string;
  /** `https://contoso.sharepoint.com`: team sites. */
  readonly teamSites: string;
}

/** What the tenant would have sent to people: invitations, sharing notices, mails. Restores must leave it empty. */
export interface Outbox {
  readonly sent: { at: string; kind: string; from: string; to: readonly string[]; subject: string }[];
}
