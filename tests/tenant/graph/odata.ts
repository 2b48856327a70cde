/** The part of OData that Graph clients use: $select, $top, opaque paging tokens, context urls. */
import { GraphError } from './context.ts';

export type Entity = Record<string, unknown>;

/** `$select` keeps the named properties (in any case), `id` and annotations; null or empty keeps all. */
export function select(entity: Entity, names: string | null | undefined): Entity {
  if (!names) return entity;
  const wanted = new Set(names.split(',').map((name) => name.trim().toLowerCase()));
  if (wanted.has('*')) return entity;
  return Object.fromEntries(
    Object.entries(entity).filter(
      ([key]) => key === 'id' || key.startsWith('@') || wanted.has(key.toLowerCase()),
    ),
  );
}

/** `$top` within 1…`most`, or `fallback` where absent; 400 as Graph answers it otherwise. */
export function top(value: string | null | undefined, fallback: number, most: number): number {
  if (value === null || value === undefined || value === '') return fallback;
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1) {
    throw new GraphError(400, 'BadRequest', `Invalid value '${value}' for $top query option found.`);
  }
  return Math.min(count, most);
}

/** `$skip` from 0, 0 where absent; 400 as Graph answers it otherwise. */
export function skip(value: string | null): number {
  const count = Number(value ?? 0);
  if (Number.isInteger(count) && count >= 0 && value !== '') return count;
  throw new GraphError(
    400,
    'BadRequest',
    `Invalid value '${String(value)}' for $skip query option found. The $skip query option requires a non-negative integer value.`,
  );
}

/** Paging and delta tokens are opaque to clients; parameters are frozen inside them. */
export const sealToken = (content: unknown): string =>
  Buffer.from(JSON.stringify(content)).toString('base64url');

export function openToken<T>(token: string): T {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString()) as T;
  } catch {
    throw new GraphError(400, 'BadRequest', 'The token in the request is badly formed.');
  }
}

/** `odata.maxpagesize=50` and other preferences of a `Prefer` header, names in lower case, quotes removed. */
export function preferences(header: string | null | undefined): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of (header ?? '').split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)) {
    const [name = '', value = ''] = part.split('=', 2).map((text) => text.trim());
    if (name) found.set(name.toLowerCase(), value.replace(/^"|"$/g, ''));
  }
  return found;
}
