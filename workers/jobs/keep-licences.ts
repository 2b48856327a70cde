/** After a check: what whoever is signed in sees of the tenant's licences is kept, because the backup app may not see it. */
import { createDelegatedTokens } from '../access/delegated-token.ts';
import { checkScopes } from '../access/scopes.ts';
import { readTenantLicences } from '../access/tenant-licences.ts';
import { rememberLicences } from './licence-settings.ts';
import type { Records } from './records.ts';
import type { Tenants } from './tenants.ts';

/** One exchange, without a question. What does not show leaves what was kept before. */
export async function keepLicences(
  { tenants, records }: { readonly tenants: Tenants; readonly records: Records },
  tenantId: string,
): Promise<void> {
  const configured = tenants.configured();
  if (!configured.ok) return;
  const { config, tokens } = configured.value;
  const clientId = config.registratorClientId;
  if (clientId === null) return;
  const request = { clientId, tenantId, scopes: checkScopes, interactive: false };
  const graph = tenants.client(tenantId, createDelegatedTokens(tokens, request, tenants.deps));
  if (!graph.ok) return;
  const bought = await readTenantLicences(graph.value);
  if (bought.ok) await rememberLicences(records, tenantId, bought.value);
}
