/** `/_tenant/*`: looking behind the tenant's face, and turning its knobs. Not part of Microsoft 365. */
import { Hono, type Context } from 'hono';
import { publishedLimits } from '../graph/throttle.ts';
import type { World } from '../world/world.ts';
import { deleteContent } from './delete.ts';
import { setKnobs } from './knobs.ts';
import { tenantState } from './state.ts';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

async function body(c: Context): Promise<Record<string, unknown>> {
  const value: unknown = await c.req.json().catch(() => undefined);
  if (!isObject(value)) throw new TypeError('The body must be a JSON object.');
  return value;
}

const knobs = ({ switches, replication, pace, throttle }: World) => ({
  switches,
  replication,
  pace,
  limits: throttle.limits,
  publishedLimits,
});

function revoke(world: World, who: unknown): number {
  const user = world.directory.person(String(who));
  const principal = world.directory.apps.servicePrincipalByAppId(String(who));
  const found = user ?? principal;
  if (!found) throw new TypeError(`There is no user or app ${String(who)}.`);
  world.entra.revokedBefore.set(found.id, world.clock.now());
  return 1;
}

/** Takes back everything an app was granted, as an administrator does who regrets; the app itself stays installed. */
function withdraw({ directory }: World, appId: unknown): number {
  const principal = directory.apps.servicePrincipalByAppId(String(appId));
  if (!principal) throw new TypeError(`There is no app ${String(appId)} in the tenant.`);
  const { grants } = directory;
  const count = () => grants.scopeGrants().length + grants.assignments().length;
  const before = count();
  grants.forget(principal.id);
  return before - count();
}

export function oracleApp(world: World): Hono {
  const app = new Hono().basePath('/_tenant');
  app.use('*', async (c, next) => {
    await next();
    c.res.headers.set('Access-Control-Allow-Origin', '*');
  });
  app.onError((error, c) => c.json({ error: error.message }, error instanceof TypeError ? 400 : 500));
  app.options('*', (c) => {
    c.header('Access-Control-Allow-Methods', 'GET, POST, DELETE');
    c.header('Access-Control-Allow-Headers', 'content-type');
    return c.body(null, 204);
  });
  app.get('/state', (c) => c.json(tenantState(world)));
  app.post('/delete', async (c) => c.json(deleteContent(world, await body(c))));
  app.get('/faults', (c) => c.json({ rules: world.faults.rules() }));
  app.post('/faults', async (c) => {
    world.faults.set(await c.req.json());
    return c.json({ rules: world.faults.rules() });
  });
  app.delete('/faults', (c) => {
    world.faults.clear();
    return c.body(null, 204);
  });
  app.get('/outbox', (c) => c.json({ sent: world.outbox.sent }));
  app.get('/requests', (c) => c.json(world.ledger.counts()));
  app.delete('/requests', (c) => {
    world.ledger.reset();
    return c.body(null, 204);
  });
  app.get('/clock', (c) => c.json({ now: new Date(world.clock.now()).toISOString() }));
  app.post('/clock', async (c) => {
    const { advanceMs } = await body(c);
    if (typeof advanceMs !== 'number') throw new TypeError('"advanceMs" must be a number.');
    world.clock.advance(advanceMs);
    return c.json({ now: new Date(world.clock.now()).toISOString() });
  });
  app.get('/switches', (c) => c.json(knobs(world)));
  app.post('/switches', async (c) => {
    setKnobs(world, await body(c));
    return c.json(knobs(world));
  });
  app.post('/rotate-keys', (c) => {
    world.entra.rotateKeys();
    return c.body(null, 204);
  });
  app.post('/revoke', async (c) => c.json({ revoked: revoke(world, (await body(c))['who']) }));
  app.post('/withdraw', async (c) => c.json({ withdrawn: withdraw(world, (await body(c))['appId']) }));
  return app;
}
