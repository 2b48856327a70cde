/**
 * Installs the backup app in the tenant of the person who is signed in, or takes up where an earlier try stopped:
 * every step looks first and makes only what is missing. A second device goes the same way and only adds its certificate.
 */
import { array, looseObject, object, string } from 'valibot';
import type { Profile } from '../contract/check.ts';
import type { Connection, OnboardStep } from '../contract/connections.ts';
import { failure, type Failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { AppTokens } from './app-token.ts';
import { canInstall, readDirectoryRoles, roleName } from './directory-roles.ts';
import { installApplication, installPrincipal } from './install-application.ts';
import { installCertificate } from './install-certificate.ts';
import { installResources, installRoles, installScopes } from './install-grants.ts';
import { directory, patienceFor, type InstallDeps, type Installation } from './installation.ts';
import { untilReplicated } from './patience.ts';
import { explainRefusal } from './refusal.ts';

/**
 * Failures: sign-in/not-administrator; sign-in/consent-missing with fact `scopes` (space-separated) where the
 * Registrator's right no longer suffices: ask for these and call again; graph/*, relay/*, storage/*.
 */
export async function onboard(profile: Profile, deps: InstallDeps): Promise<Result<Connection>> {
  const result = await install({ ...deps, profile });
  return result.ok ? result : err(explainRefusal(result.error, deps.signedIn));
}

async function install(at: Installation): Promise<Result<Connection>> {
  const role = await step(at, 'role', () => checkRole(at));
  if (!role.ok) return role;
  const app = await step(at, 'application', () => installApplication(at));
  if (!app.ok) return app;
  const principal = await step(at, 'service-principal', () => installPrincipal(at, app.value));
  if (!principal.ok) return principal;
  const key = await step(at, 'certificate', () => installCertificate(at, app.value));
  if (!key.ok) return key;
  const offered = await step(at, 'resources', () => installResources(at));
  if (!offered.ok) return offered;
  const roles = await step(
    at,
    'roles',
    () => installRoles(at, principal.value, offered.value),
    ({ note }) => note,
  );
  if (!roles.ok) return roles;
  const grants = await step(
    at,
    'grants',
    () => installScopes(at, principal.value, offered.value),
    noteOfScopes,
  );
  if (!grants.ok) return grants;

  const connection: Connection = {
    tenantId: at.signedIn.tenantId,
    tenantName: await readTenantName(at),
    clientId: app.value.appId,
    profile: at.profile,
    certificateExpires: new Date(key.value.expires).toISOString(),
    kind: 'app',
    applicationId: app.value.id,
    account: null,
    homeTenantId: at.signedIn.tenantId,
  };
  const saved = await at.store.saveConnection(connection);
  if (!saved.ok) return saved;
  const tokens = at.appTokens(connection);
  const token = await step(at, 'token', () => awaitRoles(at, tokens, roles.value.graphRoles));
  return token.ok ? ok(connection) : token;
}

async function step<T>(
  { report, signal }: Installation,
  name: OnboardStep,
  work: () => Promise<Result<T>>,
  note: (value: T) => string = () => '',
): Promise<Result<T>> {
  if (signal?.aborted) return err(failure('job/cancelled', `stopped before the step ${name}`));
  report({ step: name, state: 'running', note: '' });
  const result = await work();
  if (result.ok) report({ step: name, state: 'done', note: note(result.value) });
  return result;
}

async function checkRole({ signedIn, graph }: Installation): Promise<Result<void>> {
  const roles = await readDirectoryRoles(signedIn, graph);
  if (!roles.ok) return roles;
  if (canInstall(roles.value)) return ok();
  const held = roles.value.map(roleName).join(', ') || 'no directory role';
  return err(failure('sign-in/not-administrator', `signed in with: ${held}`, { retry: 'after-user' }));
}

const noteOfScopes = (scopes: readonly string[]): string =>
  scopes.length === 0 ? 'This profile needs none' : `For you alone: ${scopes.join(', ')}`;

async function readTenantName({ graph, signedIn }: Installation): Promise<string> {
  const schema = object({ value: array(looseObject({ displayName: string() })) });
  const answer = await graph.get('/organization?$select=id,displayName', schema, directory);
  return (answer.ok && answer.value.value[0]?.displayName) || signedIn.tenantId;
}

/** New roles reach tokens some time after they are granted; a token from before never gets them. */
async function awaitRoles(
  at: Installation,
  tokens: AppTokens,
  wanted: readonly string[],
): Promise<Result<void>> {
  const arrived = async (): Promise<Result<void>> => {
    const fresh = await tokens.fresh();
    if (!fresh.ok) return fresh;
    const missing = wanted.filter((role) => !fresh.value.roles.includes(role));
    if (missing.length === 0) return ok();
    return err(
      failure('relay/roles-pending', `not in the token yet: ${missing.join(', ')}`, { retry: 'later' }),
    );
  };
  const mayPass = ({ code, retry }: Failure) => retry === 'later' && code.startsWith('relay/');
  return untilReplicated(arrived, mayPass, patienceFor(at, 'token', 'the permissions to reach the token'));
}
