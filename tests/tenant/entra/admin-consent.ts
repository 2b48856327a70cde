/** `/{tenant}/adminconsent` (v1) and `/{tenant}/v2.0/adminconsent`: an administrator grants what an app declares. */
import { randomUUID } from 'node:crypto';
import type { Application } from '../directory/app-registry.ts';
import type { World } from '../world/world.ts';
import { grantsGraphRoles } from '../directory/roles.ts';
import { signInUsers, type Answer, type AuthorizeRequest } from './authorize.ts';
import { declaredPermissions, grantDeclared, grantNamed, mayConsentForAll, publisherOf } from './consent.ts';
import { EntraError, describe } from './errors.ts';
import { accountPage, approvalPage, consentPage } from './pages.ts';
import { checkTenant, clientKindAt, clientOf, displayNameOf } from './request.ts';

const redirect = (to: string, values: Record<string, string>, state: string | null): Answer => {
  const parameters = new URLSearchParams(values);
  if (state !== null) parameters.set('state', state);
  return { kind: 'redirect', to: `${to}${to.includes('?') ? '&' : '?'}${parameters.toString()}` };
};

function denied(world: World, version: 1 | 2): Record<string, string> {
  if (version === 1) {
    return { error: 'permission_denied', error_description: 'The admin canceled the request' };
  }
  const description = describe(new EntraError(65004), world.clock, randomUUID());
  return { admin_consent: 'True', error: 'consent_required', error_description: description };
}

interface Consent {
  readonly app: Application;
  readonly to: string;
  readonly scope: string;
  readonly state: string | null;
  readonly version: 1 | 2;
}

/** What is wrong with a request is thrown: nothing of it may be trusted as an address. */
function parseConsent(world: World, { tenant, query }: AuthorizeRequest, version: 1 | 2): Consent {
  checkTenant(world, tenant);
  if (version === 2 && /^common$/i.test(tenant)) throw new EntraError(90002, tenant);
  const app = clientOf(world, query.get('client_id'));
  const scope = query.get('scope') ?? '';
  if (version === 2 && scope === '') throw new EntraError(900144, 'scope');
  const to = query.get('redirect_uri') ?? '';
  if (!clientKindAt(app, to)) throw new EntraError(50011, to, app.appId);
  return { app, to, scope, state: query.get('state'), version };
}

function granted(world: World, { app, to, scope, state, version }: Consent): Answer {
  const names = scope.split(' ').filter(Boolean);
  if (version === 1 || names.some((name) => name.endsWith('/.default'))) grantDeclared(world, app);
  else grantNamed(world, app, names);
  const values = { admin_consent: 'True', tenant: world.tenant.id };
  return redirect(to, version === 2 ? { ...values, scope } : values, state);
}

/** Like `authorize`, one step at a time; answers by redirect only. Failures without a reply address are thrown. */
export function adminConsent(world: World, request: AuthorizeRequest, version: 1 | 2): Answer {
  const consent = parseConsent(world, request, version);
  const { app, to, state } = consent;
  const { form, signedIn } = request;
  const appName = displayNameOf(app);
  if (form.has('cancel') || form.get('consent') === 'no' || form.has('giveUp')) {
    return redirect(to, denied(world, version), state);
  }
  const user = world.directory.person(form.get('account') ?? '') ?? signedIn;
  if (!user) return { kind: 'page', body: accountPage(appName, signInUsers(world), () => '') };
  const scopes = declaredPermissions(world, app);
  const mayGrant = mayConsentForAll(user) && grantsGraphRoles(new Set(user.roles));
  if (!mayGrant) return { kind: 'page', body: approvalPage(appName, user) };
  if (form.get('consent') === 'yes') return granted(world, consent);
  const publisher = publisherOf(world, app);
  return { kind: 'page', body: consentPage({ appName, publisher, user, scopes, mayConsentForAll: true }) };
}
