/** `/applications`: registering, changing, rolling credentials. */
import { Hono, type Context } from 'hono';
import type { GraphEnv } from '../graph/context.ts';
import type { Entity } from '../graph/odata.ts';
import { preferences } from '../graph/odata.ts';
import {
  badRequest,
  deletedSince,
  denied,
  isReplicated,
  many,
  metadata,
  notFound,
  one,
  readBody,
  requireRole,
} from './answer.ts';
import { applicationJson, keyJson, writtenFields } from './application-json.ts';
import type { Application } from './app-registry.ts';
import {
  addKey,
  addPassword,
  checkProof,
  keysFrom,
  removeKey,
  removePassword,
  replaceKeys,
} from './credentials.ts';
import { managesApps } from './roles.ts';

type C = Context<GraphEnv>;

/** The application of the path, once it has replicated. */
function applicationAt(c: C): Application {
  const world = c.get('world');
  const key = c.req.param('app') ?? '';
  const app = world.directory.apps.application(key, deletedSince(c));
  if (!app || !isReplicated(world, app)) throw notFound(key.replace(/^\w+=/, ''));
  return app;
}

/** `Application.ReadWrite.OwnedBy` reaches only what the caller owns; an administrator's role reaches everything. */
function requireOwnership(c: C, app: Application): void {
  const caller = c.get('caller');
  if (app.ownerIds.has(caller.objectId)) return;
  requireRole(c, managesApps);
  const isOwnedOnly =
    caller.permissions.has('Application.ReadWrite.OwnedBy') &&
    !caller.permissions.has('Application.ReadWrite.All');
  if (caller.kind === 'app' && isOwnedOnly) throw denied();
}

function writeTo(c: C, app: Application, body: Entity): void {
  if ('passwordCredentials' in body)
    throw badRequest(
      "Property 'passwordCredentials' cannot be changed by PATCH. Use addPassword and removePassword.",
    );
  const fields = writtenFields(body, app.fields);
  if ('keyCredentials' in body) replaceKeys(c.get('world'), app, body['keyCredentials']);
  app.fields = fields;
}

function register(c: C, body: Entity) {
  const world = c.get('world');
  requireRole(c, managesApps);
  const { keyCredentials, ...rest } = body;
  const app = world.directory.apps.addApplication({
    fields: writtenFields(rest),
    keys: keyCredentials === undefined ? [] : keysFrom(world, [], keyCredentials),
    ownerIds: new Set([c.get('caller').objectId]),
  });
  c.status(201);
  return one(c, 'applications/$entity', applicationJson(world, app));
}

async function change(c: C) {
  const body = await readBody(c);
  const key = c.req.param('app') ?? '';
  const uniqueName = /^uniqueName=(.+)$/.exec(key)?.[1];
  const isUpsert = preferences(c.req.header('Prefer')).has('create-if-missing');
  if (uniqueName !== undefined && isUpsert) {
    const { directory, switches } = c.get('world');
    if (switches.upsertApplications === 'refused')
      throw badRequest("The preference 'create-if-missing' is not supported for this resource.");
    if (!directory.apps.application(key)) return register(c, { ...body, uniqueName });
  }
  const app = applicationAt(c);
  requireOwnership(c, app);
  writeTo(c, app, body);
  return c.body(null, 204);
}

/** The application goes to the recycle bin, and its service principal with it. */
function remove(c: C) {
  const world = c.get('world');
  const app = applicationAt(c);
  requireOwnership(c, app);
  app.deletedAt = world.clock.now();
  const principal = world.directory.apps.servicePrincipalByAppId(app.appId);
  if (principal) principal.deletedAt = world.clock.now();
  return c.body(null, 204);
}

/** An app may roll its own keys without any permission; the proof is what counts. */
async function rolling(c: C): Promise<{ app: Application; body: Entity }> {
  const app = applicationAt(c);
  if (c.get('caller').appId !== app.appId) requireOwnership(c, app);
  const body = await readBody(c);
  checkProof(c.get('world'), app, body['proof']);
  return { app, body };
}

function credentialRoutes(routes: Hono<GraphEnv>): void {
  routes.post('/applications/:app/addKey', async (c) => {
    const { app, body } = await rolling(c);
    const key = addKey(c.get('world'), app, body['keyCredential']);
    return c.json({ '@odata.context': metadata('microsoft.graph.keyCredential'), ...keyJson(key, false) });
  });
  routes.post('/applications/:app/removeKey', async (c) => {
    const { app, body } = await rolling(c);
    removeKey(app, body['keyId']);
    return c.body(null, 204);
  });
  routes.post('/applications/:app/addPassword', async (c) => {
    const app = applicationAt(c);
    requireOwnership(c, app);
    const { addedAt: _, ...made } = addPassword(
      c.get('world'),
      app,
      (await readBody(c))['passwordCredential'],
    );
    const context = metadata('microsoft.graph.passwordCredential');
    return c.json({ '@odata.context': context, customKeyIdentifier: null, ...made });
  });
  routes.post('/applications/:app/removePassword', async (c) => {
    const app = applicationAt(c);
    requireOwnership(c, app);
    removePassword(app, (await readBody(c))['keyId']);
    return c.body(null, 204);
  });
}

export function applicationRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  routes.get('/applications', (c) => {
    const world = c.get('world');
    const apps = world.directory.apps.applications(deletedSince(c)).filter((app) => isReplicated(world, app));
    return many(
      c,
      'applications',
      apps.map((app) => applicationJson(world, app)),
    );
  });
  routes.post('/applications', async (c) => register(c, await readBody(c)));
  routes.get('/applications/:app', (c) => {
    const showKeys = (c.req.query('$select') ?? '').includes('keyCredentials');
    return one(c, 'applications/$entity', applicationJson(c.get('world'), applicationAt(c), showKeys));
  });
  routes.patch('/applications/:app', (c) => change(c));
  routes.delete('/applications/:app', remove);
  credentialRoutes(routes);
  return routes;
}
