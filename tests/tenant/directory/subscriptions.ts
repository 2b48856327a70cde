/** What the tenant has bought: by SKU, each thing by itself, and the plans in all of it together. */
import { createIds } from '../world/ids.ts';
import type { World } from '../world/world.ts';
import { bestStatus, boughtOf, plansOf, serviceOf, skuOf } from './licences.ts';
import type { Subscription } from './store.ts';

/** The ids of what was bought, each its own also where a SKU was bought twice. */
function subscriptionIds({ tenant, directory }: World): ReadonlyMap<Subscription, string> {
  const { subscriptions } = directory;
  return new Map(subscriptions.map((one, at) => [one, createIds(`${tenant.id}:${one.skuId}:${at}`).guid()]));
}

/** One entry a SKU, however often it was bought. */
export function subscribedSkus(world: World): Record<string, unknown>[] {
  const { tenant, directory } = world;
  const ids = subscriptionIds(world);
  return [...new Set(directory.subscriptions.map((one) => one.skuId))].flatMap((id) => {
    const sku = skuOf(id);
    if (!sku) return [];
    const bought = boughtOf(world, id);
    const units = (status: Subscription['capabilityStatus']) =>
      bought.filter((one) => one.capabilityStatus === status).reduce((sum, one) => sum + one.units, 0);
    return {
      accountName: tenant.name,
      accountId: tenant.id,
      appliesTo: 'User',
      capabilityStatus: bestStatus(bought),
      consumedUnits: directory.users().filter((user) => user.assignedSkus.includes(id)).length,
      id: `${tenant.id}_${id}`,
      skuId: id,
      skuPartNumber: sku.skuPartNumber,
      subscriptionIds: bought.map((one) => ids.get(one)),
      prepaidUnits: {
        enabled: units('Enabled'),
        suspended: units('Suspended'),
        warning: units('Warning'),
        lockedOut: units('LockedOut'),
      },
      servicePlans: plansOf(sku),
    };
  });
}

/** `/directory/subscriptions`: each thing bought by itself, trials among them. */
export function companySubscriptions(world: World, since: string): Record<string, unknown>[] {
  const ids = subscriptionIds(world);
  return world.directory.subscriptions.flatMap((one) => {
    const sku = skuOf(one.skuId);
    if (!sku) return [];
    const id = ids.get(one) ?? '';
    return {
      id,
      commerceSubscriptionId: createIds(id).guid(),
      createdDateTime: since,
      isTrial: one.isTrial ?? false,
      nextLifecycleDateTime: null,
      ownerId: null,
      ownerTenantId: null,
      ownerType: null,
      serviceStatus: plansOf(sku),
      skuId: one.skuId,
      skuPartNumber: sku.skuPartNumber,
      status: one.capabilityStatus,
      totalLicenses: one.units,
    };
  });
}

interface TenantPlan {
  readonly service: string;
  readonly servicePlanId: string;
  readonly capabilityStatus: string;
}

/** Everything the tenant's subscriptions hold, for /organization. */
function tenantServices({ directory }: World): TenantPlan[] {
  const from = new Map<string, { service: string; subscriptions: Subscription[] }>();
  for (const subscription of directory.subscriptions) {
    for (const [name, id] of Object.entries(skuOf(subscription.skuId)?.servicePlans ?? {})) {
      const { subscriptions } = from.get(id) ?? { subscriptions: [] };
      from.set(id, { service: serviceOf(name), subscriptions: [...subscriptions, subscription] });
    }
  }
  return [...from].map(([servicePlanId, { service, subscriptions }]) => ({
    service,
    servicePlanId,
    capabilityStatus: bestStatus(subscriptions),
  }));
}

export const tenantPlans = (world: World, since: string) =>
  tenantServices(world).map((one) => ({ assignedDateTime: since, ...one }));

export const provisionedPlans = (world: World) =>
  [...new Set(tenantServices(world).map(({ service }) => service))].map((service) => ({
    capabilityStatus: 'Enabled',
    provisioningStatus: 'Success',
    service,
  }));
