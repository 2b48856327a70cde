/**
 * `/users/delta`: everybody, then who changed since a token. Tokens are good for seven days; their query is frozen in
 * them. https://learn.microsoft.com/graph/api/user-delta
 */
import type { Context } from 'hono';
import { GraphError, type GraphEnv } from '../graph/context.ts';
import { openToken, sealToken, select, top } from '../graph/odata.ts';
import { requireKnownNames } from '../graph/types.ts';
import { badRequest, metadata } from './answer.ts';
import { userDefaults, userJson } from './user-json.ts';

type C = Context<GraphEnv>;

const lifetimeMs = 7 * 24 * 3600 * 1000;

interface Token {
  /** Changes up to this one have been given out. */
  readonly after: number;
  readonly select: string;
  readonly size: number;
  readonly issued: number;
}

const linkTo = (c: C, name: '$skiptoken' | '$deltatoken', token: string) =>
  `${c.get('world').urls.graph}/v1.0/users/delta?${name}=${token}`;

function fresh(c: C): Token {
  const { directory, clock } = c.get('world');
  const chosen = c.req.query('$select') ?? '';
  requireKnownNames('users', { select: chosen, expand: c.req.query('$expand') });
  for (const name of ['$orderby', '$search', '$skip', '$count']) {
    if (c.req.query(name) !== undefined)
      throw badRequest(`The query parameter '${name}' is not supported with change tracking.`);
  }
  const isLatest = c.req.query('$deltatoken') === 'latest';
  const after = isLatest ? directory.lastUserChange() : 0;
  return {
    after,
    select: chosen || userDefaults.join(','),
    size: top(c.req.query('$top'), 100, 999),
    issued: clock.now(),
  };
}

/** Throws 410 with the address of a new beginning where the token is too old. */
function tokenOf(c: C): Token {
  const given = c.req.query('$skiptoken') ?? c.req.query('$deltatoken');
  if (!given || given === 'latest') return fresh(c);
  const token = openToken<Partial<Token>>(given);
  const { after, size, issued, select: chosen } = token;
  if (after === undefined || size === undefined || issued === undefined || chosen === undefined)
    throw badRequest('Badly formed token.');
  if (c.get('world').clock.now() - issued < lifetimeMs) return { after, size, issued, select: chosen };
  throw new GraphError(410, 'syncStateNotFound', 'The sync state is not found or has expired. Begin anew.', {
    headers: { Location: linkTo(c, '$deltatoken', '') },
  });
}

export function usersDelta(c: C): Response {
  const world = c.get('world');
  const token = tokenOf(c);
  const changed = world.directory.usersChangedAfter(token.after);
  const page = changed.slice(0, token.size);
  const after = page.at(-1)?.change ?? token.after;
  const next = sealToken({ ...token, after, issued: world.clock.now() });
  const isLast = page.length === changed.length;
  return c.json({
    '@odata.context': metadata(`users(${token.select})`),
    ...(isLast
      ? { '@odata.deltaLink': linkTo(c, '$deltatoken', next) }
      : { '@odata.nextLink': linkTo(c, '$skiptoken', next) }),
    value: page.flatMap(({ id, user }) => {
      if (user) return [select(userJson(world, user), token.select)];
      return token.after === 0 ? [] : [{ id, '@removed': { reason: 'changed' } }];
    }),
  });
}
