import { beforeEach, describe, expect, it } from 'vitest';
import { skuId } from '../../../tenant/directory/licences.ts';
import type { Subscription } from '../../../tenant/directory/store.ts';
import { addAccount } from '../../../tenant/seed/accounts.ts';
import { startTenant, type Tenant } from '../../../tenant/tenant.ts';
import { appToken, call, type Json } from '../core/clients.ts';

let tenant: Tenant;
let token: string;
beforeEach(async () => {
  tenant = await startTenant({ seed: 'empty' });
  token = await appToken(tenant, [
    'User.Read.All',
    'Organization.Read.All',
    'MailboxSettings.Read',
    'Files.Read.All',
  ]);
});

const get = (path: string) => call(tenant, token, path);
const upn = 'ann@contoso.example';

type Status = 'Enabled' | 'Warning' | 'Suspended' | 'Deleted' | 'LockedOut';
function sell(partNumber: string, capabilityStatus: Status = 'Enabled') {
  tenant.world.directory.subscriptions.push({ skuId: skuId(partNumber), units: 3, capabilityStatus });
  addAccount(tenant.world, { userPrincipalName: upn, displayName: 'Ann', assignedSkus: [skuId(partNumber)] });
}

const plansOf = async () =>
  (await get(`/users/${upn}?$select=assignedPlans`)).json['assignedPlans'] as {
    service: string;
    capabilityStatus: string;
  }[];

describe('K20: what a subscription brings', () => {
  it.each([
    ['Business Basic', 'O365_BUSINESS_ESSENTIALS', 200, 200],
    ['Business Standard', 'O365_BUSINESS_PREMIUM', 200, 200],
    ['Business Premium', 'SPB', 200, 200],
    ['Apps for Business', 'O365_BUSINESS', 404, 200],
    ['Office 365 E3', 'ENTERPRISEPACK', 200, 200],
    ['Microsoft 365 E3', 'SPE_E3', 200, 200],
    ['F3, a kiosk mailbox', 'SPE_F1', 200, 200],
    ['nothing but EXCHANGE_S_FOUNDATION', 'FLOW_FREE', 404, 400],
    ['Exchange Online Plan 2', 'EXCHANGEENTERPRISE', 200, 400],
    ['an archive and no mailbox', 'EXCHANGEARCHIVE_ADDON', 404, 400],
    ['Apps for Business, bought long ago', 'SMB_BUSINESS', 404, 200],
    ['F1, files and no mailbox', 'M365_F1', 404, 200],
    ['Office 365 F3', 'DESKLESSPACK', 200, 200],
    ['Teams Exploratory, a mailbox nobody bought', 'TEAMS_EXPLORATORY', 200, 200],
    ['Teams (Free), of a person’s own', 'TEAMS_FREE', 404, 200],
  ])('%s (%s): mailbox %i, drive %i', async (_, partNumber, mailbox, drive) => {
    sell(partNumber);
    const [sku] = (await get('/subscribedSkus')).json['value'] as Json[];
    expect(sku).toMatchObject({
      id: `${tenant.tenantId}_${skuId(partNumber)}`,
      skuPartNumber: partNumber,
      capabilityStatus: 'Enabled',
      appliesTo: 'User',
      consumedUnits: 1,
      prepaidUnits: { enabled: 3, suspended: 0, warning: 0, lockedOut: 0 },
    });
    const [licence] = (await get(`/users/${upn}/licenseDetails`)).json['value'] as Json[];
    expect(licence?.['servicePlans']).toEqual(sku?.['servicePlans']);
    expect((await get(`/users/${upn}/mailboxSettings`)).status).toBe(mailbox);
    expect((await get(`/users/${upn}/drive`)).status).toBe(drive);
  });

  it.each([
    ['Warning', { enabled: 0, warning: 3, suspended: 0, lockedOut: 0 }],
    ['Suspended', { enabled: 0, warning: 0, suspended: 3, lockedOut: 0 }],
    ['LockedOut', { enabled: 0, warning: 0, suspended: 0, lockedOut: 3 }],
  ] as const)(
    '%s: its plans say so, for people and for the tenant',
    async (capabilityStatus, prepaidUnits) => {
      sell('SPB', capabilityStatus);
      const [sku] = (await get('/subscribedSkus')).json['value'] as Json[];
      expect(sku).toMatchObject({ capabilityStatus, prepaidUnits });
      const [organization] = (await get('/organization')).json['value'] as Json[];
      const tenantPlans = organization?.['assignedPlans'] as Json[];
      for (const plans of [await plansOf(), tenantPlans]) {
        expect(new Set(plans.map((plan) => plan['capabilityStatus']))).toEqual(new Set([capabilityStatus]));
      }
    },
  );

  it('a plan that two subscriptions have is as good as the better one', async () => {
    tenant.world.directory.subscriptions.push({ skuId: skuId('SPB'), units: 1, capabilityStatus: 'Deleted' });
    sell('SPB', 'Warning');
    expect((await plansOf())[0]?.capabilityStatus).toBe('Warning');
  });

  it('a FOUNDATION plan is one of Exchange’s all the same', async () => {
    sell('FLOW_FREE');
    expect((await plansOf()).map((plan) => plan.service)).toContain('exchange');
  });
});

describe('what the tenant has bought', () => {
  const buy = (partNumber: string, more: Partial<Subscription> = {}) =>
    tenant.world.directory.subscriptions.push({
      skuId: skuId(partNumber),
      units: 3,
      capabilityStatus: 'Enabled',
      ...more,
    });

  it('is listed one by one, trials marked', async () => {
    buy('SPB', { isTrial: true });
    buy('SPB', { units: 20, capabilityStatus: 'Warning' });
    const { json } = await get('/directory/subscriptions');
    expect(json['@odata.context']).toMatch(/#directory\/subscriptions$/);
    expect(json['value']).toMatchObject([
      { skuPartNumber: 'SPB', isTrial: true, status: 'Enabled', totalLicenses: 3 },
      { skuPartNumber: 'SPB', isTrial: false, status: 'Warning', totalLicenses: 20 },
    ]);
  });

  it('counts together by SKU, which names each of them', async () => {
    buy('SPB', { isTrial: true });
    buy('SPB', { units: 20, capabilityStatus: 'Warning' });
    const [sku, more] = (await get('/subscribedSkus')).json['value'] as Json[];
    expect(more).toBeUndefined();
    expect(sku).toMatchObject({
      capabilityStatus: 'Enabled',
      prepaidUnits: { enabled: 3, warning: 20, suspended: 0, lockedOut: 0 },
    });
    const bought = (await get('/directory/subscriptions')).json['value'] as Json[];
    expect(sku?.['subscriptionIds']).toEqual(bought.map((one) => one['id']));
  });

  it('is found by id and by the commercial one', async () => {
    buy('SPB');
    const [one = {}] = (await get('/directory/subscriptions')).json['value'] as Json[];
    const byId = `/directory/subscriptions/${String(one['id'])}`;
    const byKey = `/directory/subscriptions(commerceSubscriptionId='${String(one['commerceSubscriptionId'])}')`;
    for (const path of [byId, byKey]) expect((await get(path)).json).toMatchObject(one);
    expect((await get('/directory/subscriptions/none')).status).toBe(404);
  });

  it('is not for who may read users only', async () => {
    const other = await appToken(tenant, ['User.Read.All']);
    expect((await call(tenant, other, '/directory/subscriptions')).status).toBe(403);
  });
});
