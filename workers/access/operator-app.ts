/**
 * The operator's multi-tenant app in a customer's tenant: its key is this browser's, its certificate stands at home, its
 * rights are what the customer's administrator consented to. Nothing is made in the customer's tenant.
 */
import { array, looseObject, object, string } from 'valibot';
import type { Profile } from '../contract/check.ts';
import type { Connection } from '../contract/connections.ts';
import type { OperatorApp } from '../contract/operator.ts';
import type { GraphClient } from '../graph/client.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { AccessStore } from './access-store.ts';
import type { AppTokens } from './app-token.ts';
import { isFresh, type DeviceKey } from './device-key.ts';
import { installCertificate } from './install-certificate.ts';
import { checkRole, step } from './install-steps.ts';
import { directory, type InstallDeps } from './installation.ts';
import { canManageApps } from './directory-roles.ts';
import { permissionsOf } from './profiles.ts';
import { explainRefusal } from './refusal.ts';

/**
 * The store with the operator's key in place of a tenant's own: one key for all customers, kept apart from that of a
 * backup app in the operator's own tenant.
 */
export function operatorStore(store: AccessStore, { clientId }: Pick<OperatorApp, 'clientId'>): AccessStore {
  const id = `operator-app:${clientId}`;
  const owned = (key: DeviceKey): DeviceKey => ({ ...key, tenantId: id });
  return {
    ...store,
    deviceKey: () => store.deviceKey(id),
    saveDeviceKey: (key) => store.saveDeviceKey(owned(key)),
    nextKey: () => store.nextKey(id),
    saveNextKey: (key) => store.saveNextKey(owned(key)),
    promoteNextKey: () => store.promoteNextKey(id),
  };
}

/** Where a connection's keys are. */
export const keysOf = (
  store: AccessStore,
  { kind, clientId }: Pick<Connection, 'kind' | 'clientId'>,
): AccessStore => (kind === 'operator-app' ? operatorStore(store, { clientId }) : store);

const appSchema = looseObject({ id: string() });

/** `at`: signed in at home, with the operator's store. Gives the key that the app now knows. */
export async function prepareOperatorApp(
  { clientId }: OperatorApp,
  at: InstallDeps,
): Promise<Result<DeviceKey>> {
  const result = await addAtHome(clientId, at);
  return result.ok ? result : err(explainRefusal(result.error, at.signedIn));
}

async function addAtHome(clientId: string, at: InstallDeps): Promise<Result<DeviceKey>> {
  const role = await step(at, 'role', () => checkRole(at, canManageApps));
  if (!role.ok) return role;
  const path = `/applications(appId='${clientId}')?$select=id`;
  const app = await step(at, 'application', () => at.graph.get(path, appSchema, directory));
  if (!app.ok) return app;
  return step(at, 'certificate', async () => {
    const settled = await settleAgeing(at);
    return settled.ok ? installCertificate(at, app.value) : settled;
  });
}

/**
 * A next key that Entra has told of, and that has to be renewed itself, is all that works: the one before it has ended.
 * It must not be withdrawn before its own successor is registered.
 */
async function settleAgeing({ store, signedIn, clock }: InstallDeps): Promise<Result<void>> {
  const next = await store.nextKey(signedIn.tenantId);
  if (!next.ok) return next;
  const isAgeing = next.value?.keyId !== undefined && !isFresh(next.value, clock.now());
  return isAgeing ? store.promoteNextKey(signedIn.tenantId) : ok();
}

export interface OperatorDeps {
  /** On the app's own tokens for the customer's tenant. */
  readonly graph: GraphClient;
  readonly tokens: AppTokens;
  /** The operator's. */
  readonly store: AccessStore;
}

/** Failures as of `OperatorApi.connectOperatorApp`. */
export async function connectOperatorApp(
  tenantId: string,
  { clientId, homeTenantId }: OperatorApp,
  at: OperatorDeps,
): Promise<Result<Connection>> {
  const granted = await at.tokens.fresh();
  if (!granted.ok) return granted;
  const profile = profileIn(granted.value.roles);
  if (!profile.ok) return profile;
  const { key } = granted.value;
  const next = await at.store.nextKey(tenantId);
  if (!next.ok) return next;
  // The one before it ends by itself. A next key that brought no token may be one that Entra has never heard of.
  const isNext = next.value?.thumbprint === key.thumbprint;
  const settled = isNext ? await at.store.promoteNextKey(tenantId) : ok();
  if (!settled.ok) return settled;
  const connection: Connection = {
    tenantId,
    tenantName: await readName(tenantId, at),
    clientId,
    profile: profile.value,
    certificateExpires: new Date(key.expires).toISOString(),
    kind: 'operator-app',
    applicationId: null,
    account: null,
    homeTenantId,
  };
  const saved = await at.store.saveConnection(connection);
  return saved.ok ? ok(connection) : saved;
}

/** The one that allows most of those that the token covers. */
function profileIn(roles: readonly string[]): Result<Profile> {
  const missing = (profile: Profile) =>
    permissionsOf(profile)
      .filter(({ resource, kind }) => resource === 'graph' && kind === 'Role')
      .filter(({ value }) => !roles.includes(value))
      .map(({ value }) => value);
  const covered = (['complete', 'reference', 'read-only'] as const).find(
    (profile) => missing(profile).length === 0,
  );
  if (covered) return ok(covered);
  const detail = `the consent lacks ${missing('read-only').join(', ')}`;
  return err(failure('relay/roles-pending', detail, { retry: 'after-user' }));
}

const organisations = object({ value: array(looseObject({ displayName: string() })) });

async function readName(tenantId: string, { graph }: OperatorDeps): Promise<string> {
  const named = await graph.get('/organization?$select=id,displayName', organisations, directory);
  return (named.ok && named.value.value[0]?.displayName) || tenantId;
}
