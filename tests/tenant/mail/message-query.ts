/** Options of message collections: what is filtered, sorted, selected, expanded, and how far a page goes. */
import { GraphError } from '../graph/context.ts';
import { canonicalPropertyId } from './extended-properties.ts';
import { parseAttachmentSelect } from './attachment-json.ts';
import { parseFilter, type Filter, type Reader } from './filter.ts';
import { extendedValue, parseSelect, propertyOf, type MessageView } from './message-json.ts';
import { parseSearch, type Search } from './search.ts';

export interface Expansion {
  /** Canonical ids of extended properties. */
  readonly extended: readonly string[];
  /** `$select` of the attachments, or nothing where they are not expanded. */
  readonly attachments: { readonly select: readonly string[] | undefined } | undefined;
}

/** Parts of a list, split at commas outside brackets and quotes. */
function splitList(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    const character = text[at];
    if (character === "'") quoted = !quoted;
    if (quoted && character !== undefined) continue;
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === undefined || (character === ',' && depth === 0)) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return parts.filter(Boolean);
}

const badExpand = (name: string): GraphError =>
  new GraphError(
    400,
    'BadRequest',
    `Parsing OData Select and Expand failed: Could not find a property named '${name.slice(0, 80)}' on type 'microsoft.graph.message'.`,
  );

/** `id eq 'A' or id eq 'B'` of an expanded collection of extended properties. */
function propertyIds(options: string): string[] {
  const filter = /^\$?filter=(.*)$/is.exec(options.trim())?.[1];
  if (filter === undefined)
    throw new GraphError(
      400,
      'ErrorInvalidUrlQuery',
      'The extended property expansion must have a $filter on id.',
    );
  return [...filter.matchAll(/id\s+eq\s+'((?:[^']|'')*)'/gi)].map((match) =>
    canonicalPropertyId((match[1] ?? '').replaceAll("''", "'")),
  );
}

export function parseExpand(text: string | null): Expansion {
  const extended: string[] = [];
  let attachments: Expansion['attachments'];
  for (const part of splitList(text ?? '')) {
    const [, name = '', options = ''] = /^([\w.]+)(?:\((.*)\))?$/s.exec(part) ?? [];
    if (/^singleValueExtendedProperties$/i.test(name)) extended.push(...propertyIds(options));
    else if (/^attachments$/i.test(name)) {
      const select = /\$?select=([^;]*)/i.exec(options)?.[1] ?? null;
      attachments = { select: parseAttachmentSelect(select) };
    } else if (!/^(extensions|multiValueExtendedProperties)$/i.test(name)) throw badExpand(name || part);
  }
  return { extended, attachments };
}

/** Reads a path of a message for filters and orders. */
export const readerOf =
  (view: MessageView): Reader =>
  (path) => {
    if (path.startsWith('extended:')) return extendedValue(view, path.slice(9));
    const [name = '', ...rest] = path.split('/');
    let value: unknown = propertyOf(name)?.(view);
    for (const step of rest) value = (value as Record<string, unknown> | undefined)?.[step];
    return value;
  };

const unfilterable = new Set([
  'body',
  'bodyPreview',
  'uniqueBody',
  'internetMessageHeaders',
  'webLink',
  'changeKey',
]);

const isFilterable = (path: string): boolean => {
  const name = path.split('/')[0] ?? '';
  return (
    path === 'singleValueExtendedProperties' || (propertyOf(name) !== undefined && !unfilterable.has(name))
  );
};

export interface Order {
  readonly path: string;
  readonly descending: boolean;
}

function parseOrder(text: string | null): Order[] {
  return splitList(text ?? '').map((part) => {
    const [, path = '', direction = 'asc'] = /^([\w/]+)(?:\s+(asc|desc))?$/i.exec(part) ?? [];
    if (!isFilterable(path))
      throw new GraphError(
        400,
        'ErrorInvalidUrlQuery',
        `The query parameter '$orderby=${part.slice(0, 80)}' is not supported.`,
      );
    return { path, descending: direction.toLowerCase() === 'desc' };
  });
}

export interface MessageQuery {
  readonly filter: Filter | undefined;
  readonly search: Search | undefined;
  /** Empty where the order is newest first, which the store keeps. */
  readonly order: readonly Order[];
  readonly select: readonly string[] | undefined;
  readonly expand: Expansion;
}

const newestFirst = (order: readonly Order[]): boolean =>
  order.length === 0 || (order.length === 1 && order[0]?.path === 'receivedDateTime' && order[0].descending);

/** Microsoft Learn, "List messages": what is sorted by must lead the filter, in the same order. */
function refuseInefficient(filter: Filter | undefined, order: readonly Order[]): void {
  if (!filter || order.every(({ path }, index) => filter.properties[index] === path)) return;
  throw new GraphError(
    400,
    'InefficientFilter',
    'The restriction or sort order is too complex for this operation.',
  );
}

/** Outlook searches newest first and combines a search with nothing else. */
function refuseBesideSearch(option: (name: string) => string | null): void {
  for (const [name, code, spelling] of [
    ['filter', 'SearchWithFilter', '$filter'],
    ['orderby', 'SearchWithOrderBy', '$orderBy'],
  ] as const) {
    if (option(name) === null) continue;
    throw new GraphError(400, code, `The query parameter '${spelling}' is not supported with '$search'.`);
  }
}

export function parseMessageQuery(option: (name: string) => string | null): MessageQuery {
  const searchText = option('search');
  if (searchText !== null) refuseBesideSearch(option);
  const filterText = option('filter');
  const filter = filterText ? parseFilter(filterText, isFilterable) : undefined;
  const order = parseOrder(option('orderby'));
  refuseInefficient(filter, order);
  return {
    filter,
    search: searchText === null ? undefined : parseSearch(searchText),
    order: newestFirst(order) ? [] : order,
    select: parseSelect(option('select')),
    expand: parseExpand(option('expand')),
  };
}
