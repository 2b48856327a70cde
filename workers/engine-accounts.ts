/** `EngineApi`: the accounts of a tenant, the rule they are judged by, and their seats. */
import { listAccounts } from './access/accounts.ts';
import type { AccountsApi } from './contract/accounts.ts';
import type { Parts } from './engine.ts';
import { judgingOf, licenceRule, setAnyway, setLicenceRule } from './jobs/licence-settings.ts';
import { changeSeats, readLedger } from './jobs/seat-ledger.ts';

export function accountCalls({ deps, tenants }: Parts): AccountsApi {
  const { records } = deps;
  return {
    accounts: async (tenantId, listener) => {
      const tenant = await tenants.open(tenantId);
      if (!tenant.ok) return tenant;
      const { graph } = tenant.value;
      const judging = await judgingOf(deps, tenantId, graph);
      if (!judging.ok) return judging;
      return listAccounts(graph, judging.value, (accounts) => heard(listener, accounts));
    },

    licenceRule: (tenantId) => licenceRule(records, tenantId),
    setLicenceRule: (tenantId, rule) => setLicenceRule(records, tenantId, rule),
    backUpAnyway: (tenantId, account, yes) => setAnyway(records, { tenantId, account, yes }),
    seats: (tenantId) => readLedger(deps, tenantId),
    changeSeats: (tenantId, change) => changeSeats(deps, tenantId, change),
  };
}

/** Each page is taken before the next one is sent, and all of them before the answer; a listener that fails is its own affair. */
async function heard<T>(listener: (value: T) => unknown, value: T): Promise<unknown> {
  try {
    return await listener(value);
  } catch {
    return undefined;
  }
}
