/** How the directory answers: collections with filter, order and pages; single entities; its own errors. */
import type { Context } from 'hono';
import { GraphError, type GraphEnv } from '../graph/context.ts';
import { parseFilter, type Filter } from '../graph/filter.ts';
import { openToken, sealToken, select, top, type Entity } from '../graph/odata.ts';
import { namesOf, nobodyHas, requireKnownNames } from '../graph/types.ts';
import type { World } from '../world/world.ts';
import { parseSearch } from './search.ts';

type C = Context<GraphEnv>;

export const metadata = (fragment: string) => `https://graph.microsoft.com/v1.0/$metadata#${fragment}`;

export const badRequest = (message: string) => new GraphError(400, 'Request_BadRequest', message);

export const notFound = (id: string) =>
  new GraphError(
    404,
    'Request_ResourceNotFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );

export const denied = () =>
  new GraphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');

/** A delegated call may do what its scopes and the user's own roles both allow. */
export function requireRole(c: C, holds: (roles: ReadonlySet<string>) => boolean): void {
  const caller = c.get('caller');
  if (caller.kind === 'app') return;
  const own = () => new Set(c.get('world').directory.user(caller.objectId)?.roles);
  if (!holds(caller.delegatedRoles ?? own())) throw denied();
}

/** New objects reach the replica that is read from only after `replication.objectMs`. */
export function isReplicated(world: World, object: { readonly createdAt: number }): boolean {
  return world.clock.now() - object.createdAt >= world.replication.objectMs;
}

/**
 * Who reads still sees what was deleted after this time (`replication.deletionMs`); who writes, never: milliseconds since
 * the epoch.
 */
export function deletedSince(c: C): number {
  const { clock, replication } = c.get('world');
  return c.req.method === 'GET' ? clock.now() - replication.deletionMs : Infinity;
}

export async function readBody(c: C): Promise<Entity> {
  try {
    const body: unknown = await c.req.json();
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Entity;
  } catch {
    // Falls through to the one error Graph has for all of these.
  }
  throw new GraphError(
    400,
    'BadRequest',
    'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
  );
}

const pick = (entity: Entity, names: readonly string[]): Entity =>
  Object.fromEntries(Object.entries(entity).filter(([key]) => key.startsWith('@') || names.includes(key)));

/** What stands in an answer without `$select`. */
type Defaults = readonly string[] | undefined;

const shape = (fragment: string, entity: Entity, names: string | undefined, defaults: Defaults) => {
  if (names) return { ...nobodyHas(fragment, names, entity), ...select(entity, names) };
  return defaults ? pick(entity, defaults) : entity;
};

/** Links that `$expand` names stand beside whatever is selected. */
const expanded = (c: C, entity: Entity): Entity =>
  Object.fromEntries(
    namesOf(c.req.query('$expand'))
      .filter((name) => name in entity)
      .map((name) => [name, entity[name]] as const),
  );

const withSelection = (fragment: string, names: string | undefined) =>
  names ? fragment.replace(/(\/\$entity)?$/, (tail) => `(${names.replaceAll(' ', '')})${tail}`) : fragment;

export function one(c: C, fragment: string, entity: Entity, defaults?: Defaults) {
  const names = c.req.query('$select');
  requireKnownNames(fragment, { select: names, expand: c.req.query('$expand') });
  return c.json({
    '@odata.context': metadata(withSelection(fragment, names)),
    ...shape(fragment, entity, names, defaults),
    ...expanded(c, entity),
  });
}

export const isEventual = (c: C): boolean => c.req.header('ConsistencyLevel')?.toLowerCase() === 'eventual';

const unsupported = (what: string) =>
  new GraphError(
    400,
    'Request_UnsupportedQuery',
    `${what} requires ConsistencyLevel header set to 'eventual' and the $count query parameter set to true.`,
  );

/** Throws 400 where the directory does not answer such a query, or only by its advanced engine. */
function requireAnswerable(c: C, fragment: string, filter: Filter | undefined): void {
  const { $select: select, $expand: expand, $orderby: orderby, $search: search } = c.req.query();
  requireKnownNames(fragment, { select, expand, orderby, filtered: filter?.paths ?? [] });
  if (c.req.query('$skip') !== undefined)
    throw new GraphError(400, 'BadRequest', "'$skip' is not supported by the service.");
  if (search !== undefined && !isEventual(c)) throw unsupported('Request with $search query parameter');
  if (isEventual(c) && c.req.query('$count') === 'true') return;
  if (filter?.isAdvanced) throw unsupported('Filter operator');
  if (filter && orderby) throw unsupported('Sorting not supported for current query: it');
}

function ordered(c: C, entities: readonly Entity[]): readonly Entity[] {
  const [name, direction] = (c.req.query('$orderby') ?? '').split(' ');
  if (!name) return entities;
  const sign = direction?.toLowerCase() === 'desc' ? -1 : 1;
  return [...entities].sort((a, b) => sign * String(a[name] ?? '').localeCompare(String(b[name] ?? '')));
}

interface Page {
  readonly skip: number;
}

export interface ListOptions {
  /** The same for all, or by what an entity is. */
  readonly defaults?: Defaults | ((entity: Entity) => Defaults);
  /** Collections that Graph never pages: subscribedSkus, domains. */
  readonly isWhole?: boolean;
}

/** `$filter`, `$search`, `$orderby`, `$count`, `$top` (1…999, 100 without), `$skiptoken`, `$select`. */
export const many = (c: C, fragment: string, entities: readonly Entity[], options: ListOptions = {}) =>
  manyOf(c, fragment, { items: entities, toEntity: (entity) => entity }, options);

export interface Items<T> {
  readonly items: readonly T[];
  /** Called for those on the page alone, where the query asks for no more. */
  readonly toEntity: (item: T) => Entity;
}

export function manyOf<T>(c: C, fragment: string, list: Items<T>, options: ListOptions = {}) {
  const { defaults } = options;
  const defaultsOf = typeof defaults === 'function' ? defaults : () => defaults;
  const names = c.req.query('$select');
  const { count, at } = queried(c, fragment, list);
  const token = c.req.query('$skiptoken');
  const { skip } = token ? openToken<Page>(token) : { skip: 0 };
  const size = options.isWhole ? count : pageSize(c);
  const value = at(skip, skip + size).map((entity) => ({
    ...shape(fragment, entity, names, defaultsOf(entity)),
    ...expanded(c, entity),
  }));
  const counted = c.req.query('$count') === 'true' && isEventual(c) ? { '@odata.count': count } : {};
  const next = skip + size < count ? { '@odata.nextLink': nextLink(c, skip + size) } : {};
  return c.json({ '@odata.context': metadata(withSelection(fragment, names)), ...counted, ...next, value });
}

/** What the query finds: how many, and those from one place to another. */
function queried<T>(c: C, fragment: string, { items, toEntity }: Items<T>) {
  const { $filter: filterText, $search: search, $orderby: orderby } = c.req.query();
  const filter = filterText ? parseFilter(filterText) : undefined;
  requireAnswerable(c, fragment, filter);
  if (!filter && search === undefined && !orderby) {
    return { count: items.length, at: (from: number, to: number) => items.slice(from, to).map(toEntity) };
  }
  const entities = items.map(toEntity);
  const matching = filter ? entities.filter((entity) => filter.matches(entity)) : entities;
  const found = ordered(c, search === undefined ? matching : matching.filter(parseSearch(search)));
  return { count: found.length, at: (from: number, to: number) => found.slice(from, to) };
}

function pageSize(c: C): number {
  const size = top(c.req.query('$top'), 100, Number.MAX_SAFE_INTEGER);
  if (size <= 999) return size;
  throw badRequest(`Invalid page size specified: '${size}'. Must be between 1 and 999 inclusive.`);
}

function nextLink(c: C, skip: number): string {
  const url = new URL(c.req.url);
  const others = [...url.searchParams].filter(([name]) => name !== '$skiptoken');
  const query = others.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  query.push(`$skiptoken=${sealToken({ skip })}`);
  return `${c.get('world').urls.graph}${url.pathname}?${query.join('&')}`;
}
