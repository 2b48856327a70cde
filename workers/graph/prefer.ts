/** Ids that stay when an item moves, from the first day: mixing both kinds would make every item look new once. */
import type { Pool } from './client.ts';

const immutable = 'IdType="ImmutableId"';

export function preferImmutableIds(
  pool: Pool,
  headers: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  if (!pool.startsWith('mailbox:') || headers.Prefer?.includes(immutable)) return headers;
  return { ...headers, Prefer: headers.Prefer ? `${headers.Prefer}, ${immutable}` : immutable };
}
