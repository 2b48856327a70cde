/** What a check saw of a tenant's licences is kept for the app, which may not see them: for a day it is as good as seen. */
import { expect, it } from 'vitest';
import { licenceOf, type TenantLicences } from '../../../../workers/access/licences.ts';
import type { UserFacts } from '../../../../workers/access/user-facts.ts';
import { judgingOf, rememberLicences } from '../../../../workers/jobs/licence-settings.ts';
import { memoryRecords } from '../../../../workers/jobs/records.ts';
import type { GraphClient } from '../../../../workers/graph/client.ts';

const skuId = 'cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46';
const exchange = '9aaf7827-d63c-4b61-89c3-182f06f82e5c';
const unused = new Proxy({} as GraphClient, {
  get: () => () => Promise.reject(new Error('what is kept is not asked for')),
});

const ada: UserFacts = {
  id: 'ada',
  userPrincipalName: 'ada@contoso.example',
  displayName: 'Ada',
  enabled: true,
  isGuest: false,
  isSynchronised: false,
  plans: [{ servicePlanId: exchange, capabilityStatus: 'Enabled' }],
  licences: [{ skuId, disabledPlans: [] }],
};

async function kept(standing: 'counts' | 'trial') {
  let now = Date.UTC(2026, 9, 26, 10);
  const deps = { records: memoryRecords(), clock: { now: () => now, sleep: () => Promise.resolve() } };
  const bought: TenantLicences = { trialsKnown: true, skus: [{ skuId, standing, plans: [exchange] }] };
  await rememberLicences(deps, 'tenant', bought);
  return async (hours: number) => {
    now += hours * 3_600_000;
    const judging = await judgingOf(deps, 'tenant', unused);
    if (!judging.ok) throw new Error(judging.error.code);
    return licenceOf(ada, judging.value.tenant);
  };
}

it.each([
  ['counts', 'licensed'],
  ['trial', 'trial'],
] as const)(
  'a subscription that %s was seen with proves for a day, and then says from when it is',
  async (standing, state) => {
    const after = await kept(standing);
    expect(await after(23)).toMatchObject({ state, evidence: 'proved' });
    expect(await after(2)).toMatchObject({
      state,
      evidence: 'inferred',
      proof: expect.stringContaining('as a check saw it on 2026-10-26') as string,
    });
  },
);
