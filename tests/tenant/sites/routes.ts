/** `/sites`: finding sites and their drives; lists and pages are not part of the tenant. */
import { Hono, type Context } from 'hono';
import { many, one } from '../directory/answer.ts';
import { requireSharePoint } from '../directory/licences.ts';
import type { Drive } from '../drive/drive.ts';
import { GraphError, type GraphEnv } from '../graph/context.ts';
import type { Entity } from '../graph/odata.ts';
import { createIds } from '../world/ids.ts';
import type { World } from '../world/world.ts';

type C = Context<GraphEnv>;

const isPersonal = (drive: Drive) => 'userId' in drive.facts.owner;

/** `host,site collection,web`: the first names the drive's owner, the last stands for the only web of a site. */
function siteIdOf(world: World, drive: Drive): string {
  const { owner, siteId } = drive.facts;
  const collection = 'siteId' in owner ? owner.siteId : siteId;
  return [hostOf(world, drive), collection, createIds(`web:${collection}`).guid()].join(',');
}

function siteJson(world: World, drive: Drive): Entity {
  const { owner, sitePath, createdDateTime } = drive.facts;
  const name = 'name' in owner ? owner.name : owner.displayName;
  const webUrl = world.drives.urls.site(drive);
  return {
    createdDateTime,
    description: '',
    id: siteIdOf(world, drive),
    lastModifiedDateTime: createdDateTime,
    name: sitePath.split('/').at(-1) ?? name,
    webUrl,
    displayName: name,
    isPersonalSite: isPersonal(drive),
    root: {},
    siteCollection: { hostname: hostOf(world, drive) },
  };
}

/** SharePoint's own host, wherever the tenant is served. */
const hostOf = (world: World, drive: Drive) =>
  `${world.tenant.name}${isPersonal(drive) ? '-my' : ''}.sharepoint.com`;

/** One drive for each site: its default library, which is its first. */
function siteDrives(world: World): Drive[] {
  const seen = new Map<string, Drive>();
  for (const drive of world.drives.all()) {
    const id = siteIdOf(world, drive);
    if (!seen.has(id)) seen.set(id, drive);
  }
  return [...seen.values()];
}

const missing = () => new GraphError(404, 'itemNotFound', 'Requested site could not be found');

/** By id (whole or one of its parts), by `root`, or by `host:/path`. */
function siteAt(c: C): Drive {
  const world = c.get('world');
  const key = decodeURIComponent(
    new URL(c.req.url).pathname.replace(/^\/v1\.0\/sites\//, '').replace(/:$/, ''),
  );
  const [, path] = /^[^/:]+:(\/.+)$/.exec(key) ?? [];
  const found = siteDrives(world).find((drive) => {
    if (path !== undefined) return drive.facts.sitePath.toLowerCase() === path.toLowerCase();
    const id = siteIdOf(world, drive);
    return id === key || id.split(',')[1] === key;
  });
  if (!found) throw missing();
  return found;
}

/** Personal sites belong to their owners; a person sees team sites, an app all that it asks for by name. */
function search(c: C) {
  const world = c.get('world');
  const words = (c.req.query('search') ?? '*').replace('*', '').toLowerCase();
  const sites = siteDrives(world)
    .filter((drive) => !isPersonal(drive))
    .map((drive) => siteJson(world, drive));
  return many(
    c,
    'sites',
    sites.filter((site) => String(site['displayName']).toLowerCase().includes(words)),
  );
}

function all(c: C) {
  const world = c.get('world');
  if (c.get('caller').kind === 'user') throw new GraphError(403, 'accessDenied', 'Access denied');
  return many(
    c,
    'sites',
    siteDrives(world).map((drive) => siteJson(world, drive)),
  );
}

function root(c: C) {
  const { tenant, urls } = c.get('world');
  const hostname = `${tenant.name}.sharepoint.com`;
  return one(c, 'sites/$entity', {
    id: hostname,
    displayName: tenant.displayName,
    name: '',
    webUrl: urls.teamSites,
    root: {},
    siteCollection: { hostname },
  });
}

const licensed = (answer: (c: C) => Response) => (c: C) => {
  requireSharePoint(c.get('world'));
  return answer(c);
};

export function siteRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  routes.get('/sites', licensed(search));
  routes.get('/sites/getAllSites', licensed(all));
  routes.get('/sites/root', licensed(root));
  const bySite = licensed((c) => one(c, 'sites/$entity', siteJson(c.get('world'), siteAt(c))));
  routes.get('/sites/:site', bySite);
  routes.get('/sites/:host{[^/:]+:}/:path{.+}', bySite);
  return routes;
}
