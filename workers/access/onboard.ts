/**
 * Installs the backup app in the tenant of the person who is signed in, or takes up where an earlier try stopped:
 * every step looks first and makes, or mends, only what is missing.
 */
import type { Profile } from '../contract/check.ts';
import type { Connection } from '../contract/connections.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { awaitToken } from './await-token.ts';
import { declareProfile, installApplication, type InstalledApplication } from './install-application.ts';
import { installCertificate } from './install-certificate.ts';
import { installResources } from './install-resources.ts';
import { installRoles } from './install-roles.ts';
import { installScopes, type ScopeOutcome } from './install-scopes.ts';
import { installPrincipal } from './install-principal.ts';
import { change, checkRole, connectionOf, step } from './install-steps.ts';
import type { InstallDeps, Installation } from './installation.ts';
import { explainRefusal } from './refusal.ts';

/**
 * Failures: sign-in/not-administrator; sign-in/consent-missing with fact `scopes` (space-separated) where the
 * Registrator's right no longer suffices: ask for these and call again; graph/credential-refused where the tenant's
 * policy takes no certificate of ours; graph/*, relay/*, storage/*.
 */
export async function onboard(profile: Profile, deps: InstallDeps): Promise<Result<Connection>> {
  const result = await install({ ...deps, profile });
  return result.ok ? result : err(explainRefusal(result.error, deps.signedIn));
}

async function install(at: Installation): Promise<Result<Connection>> {
  const role = await step(at, 'role', () => checkRole(at));
  if (!role.ok) return role;
  const application = await step(at, 'application', () => installApplication(at), noteOf);
  if (!application.ok) return application;
  const { app } = application.value;
  const connection = await connectionOf(at, app, { expires: at.clock.now(), profile: at.profile });
  const begun = await saveIfNew(at, connection);
  if (!begun.ok) return begun;
  const principal = await change(at, 'service-principal', () => installPrincipal(at, app), noteOf);
  if (!principal.ok) return principal;
  const key = await change(at, 'certificate', () => installCertificate(at, app));
  if (!key.ok) return key;
  const granted = await grant(at, principal.value.id, application.value);
  if (!granted.ok) return granted;
  const installed = { ...connection, certificateExpires: new Date(key.value.expires).toISOString() };
  const saved = await at.store.saveConnection(installed);
  if (!saved.ok) return saved;
  const wanted = { app, key: key.value, tokens: at.appTokens(installed), roles: granted.value };
  const token = await change(at, 'token', () => awaitToken(at, wanted));
  return token.ok ? ok(installed) : token;
}

const noteOf = ({ note }: { readonly note: string }): string => note;

/**
 * From here on the app can be removed again: with a certificate that ends now, because this device has none yet. What is
 * known of an installed app stays until it has changed.
 */
async function saveIfNew({ store }: Installation, connection: Connection): Promise<Result<void>> {
  const known = await store.connection(connection.tenantId);
  if (!known.ok) return known;
  return known.value?.clientId === connection.clientId ? ok() : store.saveConnection(connection);
}

/** Gives the Graph roles that a token must carry. */
async function grant(
  at: Installation,
  principalId: string,
  application: InstalledApplication,
): Promise<Result<readonly string[]>> {
  const offered = await step(at, 'resources', () => installResources(at));
  if (!offered.ok) return offered;
  const roles = await change(
    at,
    'roles',
    () => installRoles(at, { principalId, before: application.before }, offered.value),
    noteOf,
  );
  if (!roles.ok) return roles;
  const scopes = await change(
    at,
    'grants',
    async () => {
      const given = await installScopes(at, principalId, offered.value);
      const declared = given.ok ? await declareProfile(at, application) : given;
      return declared.ok ? given : declared;
    },
    noteOfScopes,
  );
  return scopes.ok ? ok(roles.value.graphRoles) : scopes;
}

const noteOfScopes = ({ scopes, narrowed }: ScopeOutcome): string =>
  [
    scopes.length === 0 ? 'This profile needs none' : `For you alone: ${scopes.join(', ')}`,
    ...(narrowed > 0 ? [`taken back from others: ${narrowed}`] : []),
  ].join('; ');
