/**
 * The check: can this tenant be backed up and restored? Quick: reads only, with delegated rights, in seconds. Full: the
 * installed app's token as well.
 */
import type { CheckReport, Profile } from '../contract/check.ts';
import type { Connection } from '../contract/connections.ts';
import type { DelegatedToken } from '../contract/engine-api.ts';
import type { GraphClient } from '../graph/client.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Failure } from '../kernel/failure.ts';
import { ok, type Result } from '../kernel/result.ts';
import type { AccessStore } from './access-store.ts';
import type { Judging } from './accounts.ts';
import { fineOnes, nest } from './check-causes.ts';
import { countAccounts, countUsers } from './check-accounts.ts';
import { readCloser } from './check-closer.ts';
import { readFacts, type CheckFacts } from './check-facts.ts';
import { permissionRows } from './check-permissions.ts';
import { scoreOf } from './check-score.ts';
import { readVendors, type Vendors } from './check-vendors.ts';
import { roleName } from './directory-roles.ts';
import { appFindings } from './findings-app.ts';
import { certificateFindings } from './findings-certificates.ts';
import { licenceFindings } from './findings-licences.ts';
import { ofOperator, operatorDraft, operatorRow } from './findings-operator.ts';
import { rightsFindings } from './findings-rights.ts';
import { signInFindings } from './findings-sign-in.ts';
import type { TenantLicences } from './licences.ts';
import { notInThisBackup } from './not-covered.ts';
import { notLookedAt } from './not-looked-at.ts';
import type { Observations } from './observations.ts';
import { keysOf } from './operator-app.ts';
import { profileOf } from './profile-of.ts';

export interface CheckDeps {
  /** With a delegated token for `checkScopes`, or fewer. */
  readonly graph: GraphClient;
  readonly signedIn: DelegatedToken;
  readonly registratorClientId: string;
  readonly store: AccessStore;
  readonly clock: Clock;
  /** Of Holdfast: what a later report is compared by. */
  readonly version: string;
  /** For an administrator to consent to the check. */
  readonly consentLink: string;
  /** The token has `closerScopes` too. */
  readonly closer: boolean;
  /** Fetches what the installed app sees; null makes it the quick check. */
  readonly app: (() => Promise<AppSight>) | null;
  /** HTTP exchanges up to now. */
  readonly exchanges: () => number;
  /** Told what the tenant has bought, where that is visible, before anybody is judged. */
  readonly bought: (licences: TenantLicences) => Promise<void>;
  readonly report: (note: string) => void;
}

export interface AppSight {
  /** Roles of a token that was fetched a moment ago. */
  readonly token: Result<readonly string[]>;
  /** With that token. */
  readonly graph: GraphClient;
  /** By what the account picker judges now. */
  readonly judging: () => Promise<Result<Judging>>;
}

/** Fails only where nothing could be asked at all (network/*, sign-in/*); what is hidden is a finding. */
export async function runCheck(deps: CheckDeps): Promise<Result<CheckReport>> {
  const { graph, signedIn, clock, report } = deps;
  const { connection, key } = await ofDevice(deps);
  const sight = deps.app?.() ?? null;
  const operators = connection?.kind === 'operator-app' ? connection : undefined;
  const known = { clientId: connection?.clientId, isOperators: operators !== undefined };
  const reading = readFacts({ ...deps, ...known, note: report });
  const counting = accountsOf(deps, sight, boughtBy(deps, reading));
  const read = await reading;
  const nothing = unreachable(read);
  if (nothing) return { ok: false, error: nothing };
  const facts = operators ? ofOperator(read, operators, key) : read;
  const [vendors, closer] = await Promise.all([
    vendorsOf(deps, facts, connection),
    deps.closer ? readCloser(graph, signedIn) : null,
  ]);
  return ok(
    write(deps, vendors, {
      ...facts,
      signedIn,
      accounts: await counting,
      closer,
      token: (await sight)?.token ?? null,
      key,
      isOperators: operators !== undefined,
      profile: installedAs(facts, connection),
      consentLink: deps.consentLink,
      now: clock.now(),
    }),
  );
}

/** What this device knows of the tenant's app; a store that cannot be read knows nothing. */
async function ofDevice({ store, signedIn: { tenantId } }: CheckDeps) {
  const found = await store.connection(tenantId);
  // A connection to one's own account is the Registrator's, which is no backup app.
  const connection = found.ok && found.value?.kind !== 'own' ? found.value : undefined;
  const keys = connection ? keysOf(store, connection) : store;
  const key = await keys.deviceKey(tenantId);
  return { connection, key: key.ok ? key.value : undefined };
}

/** This device's own word counts for the app that it was connected to, not for one that was installed since. */
function installedAs({ app }: CheckFacts, connection: Connection | undefined): Profile | null {
  if (connection && (!app.ok || app.value?.appId === connection.clientId)) return connection.profile;
  return app.ok && app.value ? profileOf(app.value) : null;
}

async function boughtBy(deps: CheckDeps, reading: Promise<CheckFacts>): Promise<TenantLicences | null> {
  const { licences } = await reading;
  if (!licences.ok) return null;
  await deps.bought(licences.value);
  return licences.value;
}

/** With the app's token where there is one, else as far as the directory tells. */
async function accountsOf(
  { graph, report }: CheckDeps,
  sight: Promise<AppSight> | null,
  bought: Promise<TenantLicences | null>,
) {
  const app = await sight;
  if (!app?.token.ok) return countUsers(graph, bought, report);
  const reader = { graph: app.graph, roles: app.token.value };
  return countAccounts(reader, bought.then(app.judging), report);
}

function unreachable({ tenantName, licences, app, me }: CheckFacts): Failure | undefined {
  const failures = [tenantName, licences, app, me].flatMap((part) => (part.ok ? [] : [part.error]));
  return failures.find(({ code }) => /^(network|sign-in|job|relay)\//.test(code));
}

async function vendorsOf(
  { graph }: CheckDeps,
  facts: CheckFacts,
  connection: Connection | undefined,
): Promise<Vendors> {
  if (!facts.granted.ok) return { apps: [], more: 0, halfSeen: [] };
  const principalId = facts.principal.ok ? facts.principal.value?.id : undefined;
  const clientId = facts.app.ok ? facts.app.value?.appId : connection?.clientId;
  const ours = { principalId, clientId };
  return readVendors(graph, facts.granted.value, facts.services, ours);
}

function judge(seen: Observations): Pick<CheckReport, 'findings' | 'fine' | 'permissions'> {
  const found = [
    ...signInFindings(seen),
    ...appFindings(seen),
    ...certificateFindings(seen),
    ...licenceFindings(seen),
    ...rightsFindings(seen),
  ];
  const drafts = seen.isOperators ? found.map(operatorDraft) : found;
  const rows = permissionRows(seen);
  const permissions = seen.isOperators ? rows.map(operatorRow) : rows;
  return { findings: nest(drafts), fine: fineOnes(drafts), permissions };
}

function write(deps: CheckDeps, vendors: Vendors, seen: Observations): CheckReport {
  const { signedIn, version, clock, exchanges } = deps;
  const judged = judge(seen);
  const accounts = seen.accounts.ok ? seen.accounts.value : null;
  return {
    schema: 'holdfast-report/1',
    version,
    at: new Date(clock.now()).toISOString(),
    depth: deps.app ? 'full' : 'quick',
    tenantId: signedIn.tenantId,
    tenantName: seen.tenantName.ok ? seen.tenantName.value : signedIn.tenantId,
    signedInAs: signedIn.account.userPrincipalName,
    roles: seen.roles.ok ? seen.roles.value.map(roleName) : null,
    profile: seen.profile,
    installed: seen.principal.ok ? seen.principal.value !== undefined : null,
    score: scoreOf(judged),
    notInThisBackup,
    ...judged,
    vendors: vendors.apps,
    accounts: accounts?.counts ?? null,
    accountNotes: accounts?.notes ?? [],
    accountsMore: accounts?.more ?? 0,
    notLookedAt: notLookedAt({ seen, vendors, isFull: deps.app !== null }),
    exchanges: exchanges(),
  };
}
