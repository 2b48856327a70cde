/** The host login.microsoftonline.com. */
import { Hono, type Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { randomUUID } from 'node:crypto';
import type { World } from '../world/world.ts';
import { adminConsent } from './admin-consent.ts';
import { authorize, type Answer, type AuthorizeRequest } from './authorize.ts';
import { instanceMetadata, jsonWebKeys, openIdConfiguration } from './discovery.ts';
import { EntraError, describe, errorBody } from './errors.ts';
import { errorPage, signedOutPage } from './pages.ts';
import { checkTenant, clientKindAt } from './request.ts';
import { redeem } from './token-endpoint.ts';

const sessionCookie = 'ESTSAUTH';
/** A form or query of the sign-in service is short; Entra refuses long ones as well. */
const maximumForm = 64 * 1024;

const readForm = async (c: Context): Promise<URLSearchParams> => {
  if (c.req.method !== 'POST') return new URLSearchParams();
  return new URLSearchParams((await c.req.text()).slice(0, maximumForm));
};

const correlationOf = (c: Context, form?: URLSearchParams) =>
  form?.get('client-request-id') ?? c.req.header('client-request-id') ?? randomUUID();

/** Pages of a SPA may read answers about users' grants, and no others. */
const isCrossOriginGrant = (form: URLSearchParams) =>
  ['authorization_code', 'refresh_token'].includes(form.get('grant_type') ?? '');

async function step(c: Context, world: World, decide: (request: AuthorizeRequest) => Answer) {
  const form = await readForm(c);
  const session = world.entra.sessions.get(getCookie(c, sessionCookie) ?? '');
  const posted = form.has('client_id') ? form : undefined;
  try {
    const answer = decide({
      tenant: c.req.param('tenant') ?? 'common',
      query: posted ?? new URL(c.req.url).searchParams,
      form,
      signedIn: session && world.directory.person(session.userId),
    });
    if (answer.session !== undefined) keepSession(c, world, answer.session);
    return answer.kind === 'redirect' ? c.redirect(answer.to, 302) : await c.html(answer.body);
  } catch (failure) {
    if (!(failure instanceof EntraError)) throw failure;
    return await c.html(errorPage(describe(failure, world.clock, correlationOf(c))), 400);
  }
}

/** Silent sign-in happens in a frame of another site, which needs SameSite=None, which needs Secure. */
function keepSession(c: Context, world: World, session: string): void {
  const secure = world.urls.login.startsWith('https:');
  setCookie(c, sessionCookie, session, {
    path: '/',
    httpOnly: true,
    secure,
    sameSite: secure ? 'None' : 'Lax',
  });
}

async function token(c: Context, world: World) {
  const form = await readForm(c);
  const origin = c.req.header('origin');
  c.header('Cache-Control', 'no-store, no-cache');
  c.header('Pragma', 'no-cache');
  if (origin !== undefined && isCrossOriginGrant(form)) c.header('Access-Control-Allow-Origin', '*');
  const correlationId = correlationOf(c, form);
  c.header('client-request-id', correlationId);
  c.header('x-ms-request-id', randomUUID());
  try {
    return c.json(redeem(world, { tenant: c.req.param('tenant') ?? '', origin, form }));
  } catch (failure) {
    if (!(failure instanceof EntraError)) throw failure;
    return c.json(errorBody(failure, world.clock, correlationId), failure.status as 400 | 401);
  }
}

function discovery(c: Context, world: World, answer: () => Record<string, unknown>) {
  c.header('Access-Control-Allow-Origin', '*');
  c.header('Access-Control-Allow-Methods', 'GET, OPTIONS');
  try {
    checkTenant(world, c.req.param('tenant') ?? 'common');
    return c.json(answer());
  } catch (failure) {
    if (!(failure instanceof EntraError)) throw failure;
    return c.json(errorBody(failure, world.clock, correlationOf(c)), 400);
  }
}

/** Leaves for the address given only where some app registered it: no open redirect. */
function logout(c: Context, world: World) {
  const session = getCookie(c, sessionCookie);
  if (session) world.entra.sessions.delete(session);
  deleteCookie(c, sessionCookie, { path: '/' });
  const to = c.req.query('post_logout_redirect_uri');
  const apps = world.directory.apps
    .servicePrincipals()
    .flatMap((one) => world.directory.apps.applicationByAppId(one.appId) ?? []);
  const isKnown = to !== undefined && apps.some((app) => clientKindAt(app, to) !== undefined);
  return isKnown ? c.redirect(to, 302) : c.html(signedOutPage());
}

export function entraApp(world: World): Hono {
  const app = new Hono();
  app.options('*', (c) => {
    c.header('Access-Control-Allow-Origin', '*');
    c.header('Access-Control-Allow-Methods', 'GET, POST, OPTIONS');
    c.header('Access-Control-Allow-Headers', c.req.header('access-control-request-headers') ?? '');
    return c.body(null, 200);
  });
  app.get('/common/discovery/instance', (c) => discovery(c, world, () => instanceMetadata(world)));
  for (const [version, prefix] of [
    [1, '/:tenant'],
    [2, '/:tenant/v2.0'],
  ] as const) {
    app.get(`${prefix}/.well-known/openid-configuration`, (c) =>
      discovery(c, world, () => openIdConfiguration(world, c.req.param('tenant') ?? '', version)),
    );
    app.on(['GET', 'POST'], `${prefix}/adminconsent`, (c) =>
      step(c, world, (request) => adminConsent(world, request, version)),
    );
  }
  app.get('/:tenant/discovery/v2.0/keys', (c) => discovery(c, world, () => jsonWebKeys(world)));
  app.get('/:tenant/discovery/keys', (c) => discovery(c, world, () => jsonWebKeys(world)));
  for (const prefix of ['/:tenant/oauth2', '/:tenant/oauth2/v2.0']) {
    app.on(['GET', 'POST'], `${prefix}/authorize`, (c) =>
      step(c, world, (request) => authorize(world, request)),
    );
    app.post(`${prefix}/token`, (c) => token(c, world));
    app.get(`${prefix}/logout`, (c) => logout(c, world));
  }
  return app;
}
