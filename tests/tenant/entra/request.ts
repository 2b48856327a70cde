/** What authorize, token and consent requests have in common: tenant, client, scopes. */
import type { Application, Scope, ServicePrincipal } from '../directory/app-registry.ts';
import type { World } from '../world/world.ts';
import { EntraError } from './errors.ts';
import type { ClientKind } from './state.ts';

export const isGuid = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

export const isSharedTenant = (segment: string) => /^(common|organizations|consumers)$/i.test(segment);

/** Accepts the tenant's id, its domains, and `common`/`organizations`; AADSTS90002 otherwise. */
export function checkTenant(world: World, segment: string): void {
  const { id, name, domain } = world.tenant;
  const known = ['common', 'organizations', id, domain, `${name}.onmicrosoft.com`];
  if (!known.includes(segment.toLowerCase())) throw new EntraError(90002, segment);
}

/** The app a request names: AADSTS900144, 700038 or 700016 where it names none. */
export function clientOf(world: World, clientId: string | null | undefined, ageMs = 0): Application {
  if (!clientId) throw new EntraError(900144, 'client_id');
  if (!isGuid(clientId)) throw new EntraError(700038, clientId);
  const app = world.directory.apps.applicationByAppId(clientId.toLowerCase());
  if (!app || world.clock.now() - app.createdAt < ageMs) {
    throw new EntraError(700016, clientId, world.tenant.displayName);
  }
  return app;
}

export const displayNameOf = (app: Application) => String(app.fields['displayName'] ?? app.appId);

const urisIn = (value: unknown): string[] => {
  const uris =
    typeof value === 'object' && value !== null && 'redirectUris' in value ? value.redirectUris : [];
  return Array.isArray(uris) ? uris.filter((uri): uri is string => typeof uri === 'string') : [];
};

/** The port of a loopback address is not compared (RFC 8252 §7.3; Microsoft Learn, "Redirect URI restrictions"). */
function sameAddress(registered: string, given: string): boolean {
  if (registered === given) return true;
  try {
    const [left, right] = [new URL(registered), new URL(given)];
    const isLoopback = ['localhost', '127.0.0.1'].includes(left.hostname);
    if (isLoopback) left.port = right.port = '';
    return isLoopback && left.href === right.href;
  } catch {
    return false;
  }
}

/** As what the app registered this address; undefined where it did not. */
export function clientKindAt(app: Application, redirectUri: string): ClientKind | undefined {
  const isIn = (property: string) =>
    urisIn(app.fields[property]).some((uri) => sameAddress(uri, redirectUri));
  if (isIn('spa')) return 'spa';
  if (isIn('web')) return 'web';
  return isIn('publicClient') ? 'native' : undefined;
}

const oidcScopes = new Set(['openid', 'profile', 'email', 'offline_access']);

export interface ScopeRequest {
  readonly resource: ServicePrincipal;
  /** How the client named the resource; becomes the audience. */
  readonly audience: string;
  /** Values of the resource's scopes asked for, without OpenID Connect's own. */
  readonly values: readonly string[];
  readonly oidc: readonly string[];
  readonly isDefault: boolean;
}

function splitScope(scope: string): { audience: string; value: string } {
  const at = scope.lastIndexOf('/');
  if (at < 0) return { audience: 'https://graph.microsoft.com', value: scope };
  return { audience: scope.slice(0, at).replace(/\/$/, ''), value: scope.slice(at + 1) };
}

/** The statically declared permissions of an app on a resource: ids by type. */
export function declared(app: Application, resourceAppId: string, type: 'Role' | 'Scope'): string[] {
  const all: unknown = app.fields['requiredResourceAccess'];
  if (!Array.isArray(all)) return [];
  return (all as { resourceAppId: string; resourceAccess: { id: string; type: string }[] }[])
    .filter((one) => one.resourceAppId === resourceAppId)
    .flatMap((one) => one.resourceAccess.filter((access) => access.type === type).map((access) => access.id));
}

/** Takes a scope parameter apart: one resource at a time (AADSTS700022), known in the tenant (500011). */
export function parseScopes(world: World, app: Application, scope: string): ScopeRequest {
  const all = scope.split(/\s+/).filter((one) => one !== '');
  const others = all.filter((one) => !oidcScopes.has(one)).map(splitScope);
  const audience = others[0]?.audience ?? 'https://graph.microsoft.com';
  if (others.some((one) => one.audience !== audience)) throw new EntraError(700022);
  const resource = world.directory.apps.resource(audience);
  if (!resource) throw new EntraError(500011, audience, world.tenant.displayName);
  const isDefault = others.some((one) => one.value === '.default');
  const declaredIds = new Set(isDefault ? declared(app, resource.appId, 'Scope') : []);
  const fromManifest = resource.scopes.filter((one) => declaredIds.has(one.id)).map((one) => one.value);
  const named = others.filter((one) => one.value !== '.default').map((one) => one.value);
  for (const value of named) {
    if (resource.scopes.some((one) => one.value.toLowerCase() === value.toLowerCase())) continue;
    throw new EntraError(650053, displayNameOf(app), value, resource.appId);
  }
  const oidc = all.filter((one) => oidcScopes.has(one));
  const values = [...new Set([...named, ...fromManifest])].filter((one) => !oidcScopes.has(one));
  return { resource, audience, values, oidc, isDefault };
}

/** What of a request the user (or an admin for everybody) has not consented to yet. */
export function missingConsent(
  world: World,
  client: ServicePrincipal | undefined,
  request: ScopeRequest,
  userId: string,
): Scope[] {
  const graph = world.directory.apps.resource('https://graph.microsoft.com');
  const { grants } = world.directory;
  const given = client ? grants.scopesOf(client.id, request.resource.id, userId) : new Set<string>();
  const oidcGiven = client && graph ? grants.scopesOf(client.id, graph.id, userId) : new Set<string>();
  const lower = new Set([...given].map((one) => one.toLowerCase()));
  const wanted = request.resource.scopes.filter((one) =>
    request.values.some((value) => value.toLowerCase() === one.value.toLowerCase()),
  );
  const missing = wanted.filter((one) => !lower.has(one.value.toLowerCase()));
  // Any consent to the app covers OpenID Connect's own scopes: Entra asks for them together.
  const oidcMissing =
    given.size + oidcGiven.size > 0
      ? []
      : (graph?.scopes.filter((one) => request.oidc.includes(one.value)) ?? []);
  return [...missing, ...oidcMissing];
}
