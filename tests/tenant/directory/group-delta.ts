/**
 * `/groups/delta`: all groups with who is in them, then what changed since a token. Tokens are good for seven days;
 * their query is frozen in them. https://learn.microsoft.com/graph/delta-query-groups
 */
import type { Context } from 'hono';
import { GraphError, type GraphEnv } from '../graph/context.ts';
import { openToken, sealToken, select, top, type Entity } from '../graph/odata.ts';
import { nobodyHas, requireKnownNames } from '../graph/types.ts';
import { badRequest, metadata } from './answer.ts';
import { kindOf, typeName } from './group-call.ts';
import { groupJson } from './group-json.ts';
import type { Group, GroupChange, Relation } from './group-registry.ts';

type C = Context<GraphEnv>;

const lifetimeMs = 7 * 24 * 3600 * 1000;
const links: readonly Relation[] = ['members', 'owners'];

interface Token {
  /** Changes up to this one have been given out. */
  readonly after: number;
  /** Where the last complete round ended: who came and went after it is given. */
  readonly base: number;
  readonly select: string;
  readonly size: number;
  readonly issued: number;
}

const linkTo = (c: C, name: '$skiptoken' | '$deltatoken', token: string) =>
  `${c.get('world').urls.graph}/v1.0/groups/delta?${name}=${token}`;

function fresh(c: C): Token {
  const { directory, clock } = c.get('world');
  const chosen = c.req.query('$select') ?? '';
  requireKnownNames('groups', { select: chosen, expand: c.req.query('$expand') });
  for (const name of ['$orderby', '$search', '$skip', '$count'])
    if (c.req.query(name) !== undefined)
      throw badRequest(`The query parameter '${name}' is not supported with change tracking.`);
  const after = c.req.query('$deltatoken') === 'latest' ? directory.lastGroupChange() : 0;
  return {
    after,
    base: after,
    select: chosen,
    size: top(c.req.query('$top'), 100, 999),
    issued: clock.now(),
  };
}

/** Throws 410 with the address of a new beginning where the token is too old. */
function tokenOf(c: C): Token {
  const given = c.req.query('$skiptoken') ?? c.req.query('$deltatoken');
  if (!given || given === 'latest') return fresh(c);
  const { after, base, size, issued, select: chosen } = openToken<Partial<Token>>(given);
  if ([after, base, size, issued, chosen].includes(undefined)) throw badRequest('Badly formed token.');
  const token = { after, base, size, issued, select: chosen } as Token;
  if (c.get('world').clock.now() - token.issued < lifetimeMs) return token;
  throw new GraphError(410, 'syncStateNotFound', 'The sync state is not found or has expired. Begin anew.', {
    headers: { Location: linkTo(c, '$deltatoken', '') },
  });
}

/** Members stand in it without `$select`, owners only where they were selected. */
const isFollowed = (relation: Relation, chosen: string) =>
  chosen === '' ? relation === 'members' : chosen.split(',').some((name) => name.trim() === relation);

function linksOf(c: C, group: Group, { base, select: chosen }: Token): Entity {
  const { directory } = c.get('world');
  const found: Entity = {};
  for (const relation of links.filter((one) => isFollowed(one, chosen))) {
    const changed = directory.linksChangedAfter(group, relation, base);
    if (changed.length === 0) continue;
    found[`${relation}@delta`] = changed.map(({ id, removed }) => ({
      '@odata.type': `#${typeName(kindOf(c, id) ?? 'user')}`,
      id,
      ...(removed ? { '@removed': { reason: 'deleted' } } : {}),
    }));
  }
  return found;
}

/** A deleted group that can be restored is `changed`, one that is gone for good is `deleted`. */
function entry(c: C, { id, group }: GroupChange, token: Token): Entity[] {
  const isGone = group === undefined || group.deletedAt !== undefined;
  if (isGone && token.base === 0) return [];
  if (isGone) return [{ id, '@removed': { reason: group ? 'changed' : 'deleted' } }];
  const json = groupJson(group);
  const chosen = token.select;
  const facts = chosen === '' ? json : { ...nobodyHas('groups', chosen, json), ...select(json, chosen) };
  return [{ ...facts, ...linksOf(c, group, token) }];
}

export function groupsDelta(c: C): Response {
  const world = c.get('world');
  const token = tokenOf(c);
  const changed = world.directory.groupsChangedAfter(token.after);
  const page = changed.slice(0, token.size);
  const after = page.at(-1)?.change ?? token.after;
  const isLast = page.length === changed.length;
  const next = sealToken({ ...token, after, base: isLast ? after : token.base, issued: world.clock.now() });
  const fragment = token.select === '' ? 'groups' : `groups(${token.select.replaceAll(' ', '')})`;
  return c.json({
    '@odata.context': metadata(fragment),
    ...(isLast
      ? { '@odata.deltaLink': linkTo(c, '$deltatoken', next) }
      : { '@odata.nextLink': linkTo(c, '$skiptoken', next) }),
    value: page.flatMap((one) => entry(c, one, token)),
  });
}
