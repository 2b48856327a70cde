import { expect, test } from 'vitest';
import { skuId } from '../../../tenant/directory/licences.ts';
import { addAccount } from '../../../tenant/seed/accounts.ts';
import { startTenant } from '../../../tenant/tenant.ts';
import { appToken, call, errorCode, type Json } from '../core/clients.ts';

const upn = 'ann@contoso.example';

async function tenantWith(...partNumbers: string[]) {
  const tenant = await startTenant({ seed: 'empty' });
  for (const one of partNumbers) {
    tenant.world.directory.subscriptions.push({ skuId: skuId(one), units: 1, capabilityStatus: 'Enabled' });
  }
  addAccount(tenant.world, { userPrincipalName: upn, displayName: 'Ann', assignedSkus: [] });
  const token = await appToken(tenant, ['Files.Read.All', 'Sites.Read.All']);
  return async (path: string) => {
    const { status, json } = await call(tenant, token, path);
    return [status, errorCode(json), (json['error'] as Json | undefined)?.['message']];
  };
}

test.each(['/drive', '/drives', '/drive/root', '/drive/root:/a.txt:/content'])(
  'K48: %s of a person whose OneDrive is not provisioned',
  async (path) => {
    const ask = await tenantWith('SPB');
    expect(await ask(`/users/${upn}${path}`)).toEqual([404, 'ResourceNotFound', "User's mysite not found."]);
  },
);

test.each([`/users/${upn}/drive`, `/users/${upn}/drives`, '/sites', '/sites/root', '/sites/getAllSites'])(
  'K48: %s of a tenant without a SharePoint licence',
  async (path) => {
    const ask = await tenantWith('EXCHANGESTANDARD', 'FLOW_FREE');
    expect(await ask(path)).toEqual([400, 'BadRequest', 'Tenant does not have a SPO license.']);
  },
);
