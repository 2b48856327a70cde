/** `/{tenant}/oauth2/v2.0/authorize`: who signs in, what the app may do, and the code it gets. */
import { randomUUID } from 'node:crypto';
import type { Application, Scope } from '../directory/app-registry.ts';
import { builtInRoles } from '../directory/roles.ts';
import type { DirectoryUser } from '../directory/store.ts';
import type { World } from '../world/world.ts';
import { installApp, mayConsentForAll, publisherOf, recordConsent } from './consent.ts';
import { EntraError, describe } from './errors.ts';
import { clientInfo } from './issue.ts';
import { accountPage, approvalPage, consentPage, formPostPage } from './pages.ts';
import {
  checkTenant,
  clientKindAt,
  clientOf,
  displayNameOf,
  isSharedTenant,
  missingConsent,
  parseScopes,
  type ScopeRequest,
} from './request.ts';
import type { ClientKind } from './state.ts';

export type Answer =
  | { kind: 'page'; body: ReturnType<typeof accountPage>; session?: string }
  | { kind: 'redirect'; to: string; session?: string };

export interface AuthorizeRequest {
  readonly tenant: string;
  readonly query: URLSearchParams;
  /** What a page of ours posted back: `account`, `consent`, `forEveryone`, `cancel`, `giveUp`. */
  readonly form: URLSearchParams;
  /** The user of the browser's session cookie. */
  readonly signedIn: DirectoryUser | undefined;
}

/** The address that may be answered to, once it is known to be the app's own. */
interface Reply {
  readonly redirectUri: string;
  readonly mode: 'query' | 'fragment' | 'form_post';
  readonly state: string | null;
}

function replyTo(reply: Reply, values: Record<string, string>): Answer {
  const parameters = new URLSearchParams(values);
  if (reply.state !== null) parameters.set('state', reply.state);
  if (reply.mode === 'form_post') {
    return { kind: 'page', body: formPostPage(reply.redirectUri, [...parameters]) };
  }
  const separator = reply.mode === 'fragment' ? '#' : reply.redirectUri.includes('?') ? '&' : '?';
  return { kind: 'redirect', to: `${reply.redirectUri}${separator}${parameters.toString()}` };
}

function refuse(world: World, reply: Reply, failure: EntraError, error = failure.error): Answer {
  const description = describe(failure, world.clock, randomUUID());
  return replyTo(reply, {
    error,
    error_description: description,
    ...(failure.suberror ? { suberror: failure.suberror } : {}),
  });
}

/** Failures before the reply address is trusted are thrown: they are shown as a page, never redirected. */
function clientAndReply(world: World, { tenant, query }: AuthorizeRequest) {
  checkTenant(world, tenant);
  const app = clientOf(world, query.get('client_id'));
  const redirectUri = query.get('redirect_uri');
  if (!redirectUri) throw new EntraError(900144, 'redirect_uri');
  const clientKind = clientKindAt(app, redirectUri);
  if (!clientKind) throw new EntraError(50011, redirectUri, app.appId);
  if (isSharedTenant(tenant) && app.fields['signInAudience'] === 'AzureADMyOrg') {
    throw new EntraError(50194, app.appId);
  }
  const asked = query.get('response_mode');
  const mode = asked === 'fragment' || asked === 'form_post' ? asked : 'query';
  return { app, clientKind, reply: { redirectUri, mode, state: query.get('state') } as const };
}

function checkProtocol(query: URLSearchParams, clientKind: ClientKind): void {
  const type = query.get('response_type') ?? '';
  if (type !== 'code') throw new EntraError(700054, type);
  if (!query.get('scope')) throw new EntraError(900144, 'scope');
  const isS256 = query.get('code_challenge_method') === 'S256' && query.get('code_challenge') !== null;
  if (clientKind === 'spa' && !isS256) throw new EntraError(9002325);
}

const roleName = (user: DirectoryUser) =>
  builtInRoles.find((role) => role.templateId === user.roles[0])?.displayName ?? '';

/** People who can sign in, a partner's last: not rooms and shared mailboxes; the blocked one is offered, and refused. */
export const signInUsers = ({ directory }: World) => [
  ...directory.users().filter((user) => user.purpose === 'user'),
  ...directory.partners(),
];

function userOf(world: World, request: AuthorizeRequest): DirectoryUser | 'ask' {
  const { query, form, signedIn } = request;
  const chosen = form.get('account');
  if (chosen !== null) return world.directory.person(chosen) ?? 'ask';
  const hint = query.get('login_hint');
  const isForced = ['login', 'select_account'].includes(query.get('prompt') ?? '');
  if (isForced || !signedIn) return 'ask';
  const isHinted = hint === null || hint.toLowerCase() === signedIn.userPrincipalName.toLowerCase();
  return isHinted ? signedIn : 'ask';
}

interface Consent {
  readonly app: Application;
  readonly user: DirectoryUser;
  readonly request: ScopeRequest;
}

function consentView(world: World, { app, user, request }: Consent, missing: readonly Scope[]): Answer {
  const asked = request.resource.scopes.filter((scope) => request.values.includes(scope.value));
  const view = {
    appName: displayNameOf(app),
    publisher: publisherOf(world, app),
    user,
    scopes: missing.length > 0 ? missing : asked,
    mayConsentForAll: mayConsentForAll(user),
  };
  return { kind: 'page', body: consentPage(view) };
}

/** Undefined: everything is consented to. */
function askConsent(world: World, consent: Consent, { query, form }: AuthorizeRequest): Answer | undefined {
  const { app, user, request } = consent;
  if (form.get('consent') === 'no') throw new EntraError(65004);
  const client = world.directory.apps.servicePrincipalByAppId(app.appId);
  const missing = missingConsent(world, client, request, user.id);
  const isAskedAnyway = query.get('prompt') === 'consent' && !form.has('consent');
  if (missing.length === 0 && !isAskedAnyway) return undefined;
  if (query.get('prompt') === 'none') throw new EntraError(65001, app.appId, displayNameOf(app));
  const isForAdmins = world.switches.userConsent === 'refused' || missing.some((scope) => scope.admin);
  if (isForAdmins && !mayConsentForAll(user)) {
    if (form.has('giveUp')) throw new EntraError(90094, displayNameOf(app));
    return { kind: 'page', body: approvalPage(displayNameOf(app), user) };
  }
  if (form.get('consent') !== 'yes') return consentView(world, consent, missing);
  const forEveryone = form.get('forEveryone') === 'yes' && mayConsentForAll(user);
  recordConsent(world, { ...consent, forEveryone });
  return undefined;
}

function signIn(world: World, request: AuthorizeRequest, client: ReturnType<typeof clientAndReply>): Answer {
  const { query, form } = request;
  const { app, clientKind, reply } = client;
  checkProtocol(query, clientKind);
  if (form.get('cancel') === 'yes') throw new EntraError(65004);
  const scopes = parseScopes(world, app, query.get('scope') ?? '');
  const user = userOf(world, request);
  if (user === 'ask') {
    if (query.get('prompt') === 'none') throw new EntraError(50058);
    return { kind: 'page', body: accountPage(displayNameOf(app), offered(world, query), roleName) };
  }
  if (!user.accountEnabled) throw new EntraError(50057);
  if (world.switches.conditionalAccess === 'blocks-user') throw new EntraError(53003);
  const session = world.entra.handle('');
  world.entra.sessions.set(session, { userId: user.id });
  const page = askConsent(world, { app, user, request: scopes }, request);
  if (page) return { ...page, session };
  installApp(world, app);
  const code = world.entra.handle('1.A');
  world.entra.codes.set(code, {
    clientId: app.appId,
    clientKind,
    redirectUri: reply.redirectUri,
    userId: user.id,
    scopes: (query.get('scope') ?? '').split(' '),
    nonce: query.get('nonce') ?? undefined,
    challenge: query.get('code_challenge') ?? undefined,
    issuedAt: world.clock.now(),
    redeemed: false,
  });
  const info = query.get('client_info') === '1' ? { client_info: clientInfo(world, user) } : {};
  return { ...replyTo(reply, { code, ...info, session_state: randomUUID() }), session };
}

/** A login_hint that is somebody's name narrows the choice to that account. */
function offered(world: World, query: URLSearchParams): DirectoryUser[] {
  const hinted = world.directory.person(query.get('login_hint') ?? '');
  return hinted ? [hinted] : signInUsers(world);
}

/** What the token endpoint calls otherwise: consent that nobody may be asked for, and what a policy blocks. */
function errorInReply({ code, error }: EntraError, prompt: string | null): string {
  if (code === 53003) return 'access_denied';
  return code === 65001 && prompt === 'none' ? 'interaction_required' : error;
}

/**
 * One step of the sign-in: a page, or the way back to the app with a code or an error. Throws an `EntraError` where
 * there is no address it may be sent to.
 */
export function authorize(world: World, request: AuthorizeRequest): Answer {
  const client = clientAndReply(world, request);
  try {
    return signIn(world, request, client);
  } catch (failure) {
    if (!(failure instanceof EntraError)) throw failure;
    return refuse(world, client.reply, failure, errorInReply(failure, request.query.get('prompt')));
  }
}
