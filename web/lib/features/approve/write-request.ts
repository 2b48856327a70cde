/** Reads the link that asks an administrator for the right to write. Anybody may have made it: only ids and known roles pass. */
import * as v from 'valibot';
import type { WriteRequest } from '#workers/contract/write-rights.ts';
import { isGuid } from '#workers/kernel/brand.ts';
import { isLentRole } from '#lib/engine/lent-roles.ts';

const guid = v.pipe(v.string(), v.check(isGuid), v.toLowerCase());
const roles = v.pipe(
  v.string(),
  v.transform((text) => [...new Set(text.split(','))]),
  v.array(v.pipe(v.string(), v.check(isLentRole))),
);
/** Without it, the right may only be taken back. */
const until = v.optional(v.pipe(v.string(), v.isoTimestamp()));
const schema = v.object({ tenant: guid, client: guid, roles, until });

/** Null where it is no such link. */
export function writeRequest(query: URLSearchParams): WriteRequest | null {
  const parsed = v.safeParse(schema, Object.fromEntries(query));
  if (!parsed.success) return null;
  const { tenant, client } = parsed.output;
  return {
    tenantId: tenant,
    clientId: client,
    roles: parsed.output.roles,
    until: parsed.output.until ?? null,
  };
}
