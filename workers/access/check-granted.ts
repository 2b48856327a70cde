/** Every app role that the tenant has granted on Graph, Exchange and SharePoint, whoever holds it. */
import type { GraphClient } from '../graph/client.ts';
import { ok, type Result } from '../kernel/result.ts';
import { grantedSchema, type GrantedPage } from './check-schemas.ts';
import { directory } from './installation.ts';
import type { ResourceName } from './permissions.ts';

export interface GrantedRole {
  readonly resource: ResourceName;
  readonly roleId: string;
  readonly principalId: string;
  readonly principalName: string;
}

/** Follows the first pages; a service that the tenant lacks has granted nothing. */
export async function collectGranted(
  graph: GraphClient,
  first: Readonly<Record<ResourceName, Result<GrantedPage>>>,
): Promise<Result<readonly GrantedRole[]>> {
  const all: GrantedRole[] = [];
  for (const resource of ['graph', 'exchange', 'sharepoint'] as const) {
    const page = first[resource];
    if (!page.ok && page.error.code === 'graph/not-found') continue;
    if (!page.ok) return page;
    const add = (rows: GrantedPage['value']) => {
      for (const { appRoleId, principalId, principalDisplayName, principalType } of rows) {
        if (principalType !== 'ServicePrincipal') continue;
        all.push({ resource, roleId: appRoleId, principalId, principalName: principalDisplayName });
      }
    };
    add(page.value.value);
    const next = page.value['@odata.nextLink'];
    if (next === undefined) continue;
    for await (const more of graph.pages(next, grantedSchema, directory)) {
      if (!more.ok) return more;
      add([...more.value.items]);
    }
  }
  return ok(all);
}
