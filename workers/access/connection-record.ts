/** A stored connection as this version knows it: what an older version kept of it is filled up. */
import { nullable, object, optional, picklist, safeParse, string } from 'valibot';
import type { Connection } from '../contract/connections.ts';

const schema = object({
  tenantId: string(),
  tenantName: string(),
  clientId: string(),
  profile: picklist(['read-only', 'restore', 'reference', 'complete']),
  certificateExpires: string(),
  kind: optional(picklist(['app', 'operator-app', 'own']), 'app'),
  applicationId: optional(nullable(string()), null),
  account: optional(nullable(string()), null),
  homeTenantId: optional(string()),
});

/** `undefined` for what is none, or of a kind that only a newer version knows. */
export function parseConnection(stored: unknown): Connection | undefined {
  const parsed = safeParse(schema, stored);
  if (!parsed.success) return undefined;
  return { ...parsed.output, homeTenantId: parsed.output.homeTenantId ?? parsed.output.tenantId };
}
