/** A stored connection as this version knows it: what an older version kept of it is filled up. */
import { exactOptional, literal, nullable, object, optional, picklist, safeParse, string } from 'valibot';
import type { Connection } from '../contract/connections.ts';

const schema = object({
  tenantId: string(),
  tenantName: string(),
  clientId: string(),
  /** `restore`, of an older version: read-only with the right to write, to be taken back by hand. */
  profile: picklist(['read-only', 'restore', 'reference', 'complete']),
  certificateExpires: string(),
  kind: optional(picklist(['app', 'operator-app', 'own']), 'app'),
  applicationId: optional(nullable(string()), null),
  account: optional(nullable(string()), null),
  homeTenantId: optional(string()),
  mayStillWrite: exactOptional(literal(true)),
});

/** `undefined` for what is none, or of a kind that only a newer version knows. */
export function parseConnection(stored: unknown): Connection | undefined {
  const parsed = safeParse(schema, stored);
  if (!parsed.success) return undefined;
  const { profile, homeTenantId, ...rest } = parsed.output;
  const connection = { ...rest, homeTenantId: homeTenantId ?? rest.tenantId };
  return profile === 'restore'
    ? { ...connection, profile: 'read-only', mayStillWrite: true }
    : { ...connection, profile };
}
