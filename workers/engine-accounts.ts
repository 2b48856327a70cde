/** `EngineApi`: the accounts of a tenant. */
import { listAccounts } from './access/accounts.ts';
import type { AccountsApi } from './contract/accounts.ts';
import type { Parts } from './engine.ts';

export function accountCalls({ tenants }: Parts): AccountsApi {
  return {
    accounts: async (tenantId) => {
      const tenant = await tenants.open(tenantId);
      return tenant.ok ? listAccounts(tenant.value.graph) : tenant;
    },
  };
}
