/** SKUs, the service plans in them, and which service a plan belongs to. */
import skus from '../data/skus.json' with { type: 'json' };
import { GraphError } from '../graph/context.ts';
import type { World } from '../world/world.ts';
import type { DirectoryUser, Subscription } from './store.ts';

export interface Sku {
  readonly skuPartNumber: string;
  readonly skuId: string;
  readonly displayName: string;
  readonly servicePlans: Readonly<Record<string, string>>;
}

const bySkuId = new Map<string, Sku>();
for (const sku of skus) {
  bySkuId.set(sku.skuId, { ...sku, servicePlans: sku.servicePlans as Record<string, string> });
}

/** The SKU id of a part number such as `SPB`; a RangeError where the list lacks it. */
export function skuId(partNumber: string): string {
  const sku = skus.find((one) => one.skuPartNumber === partNumber);
  if (!sku) throw new RangeError(`no SKU ${partNumber} in data/skus.json`);
  return sku.skuId;
}

export const skuOf = (id: string): Sku | undefined => bySkuId.get(id);

/** The `service` of an assignedPlan, by the name of the plan. */
export function serviceOf(planName: string): string {
  if (planName.startsWith('EXCHANGE')) return 'exchange';
  if (/^(SHAREPOINT|ONEDRIVE)/.test(planName)) return 'SharePoint';
  if (planName.startsWith('TEAMS')) return 'TeamspaceAPI';
  if (planName.startsWith('MCO')) return 'MicrosoftCommunicationsOnline';
  if (/TODO/.test(planName)) return 'To-Do';
  return 'MicrosoftOffice';
}

const planNames = (user: DirectoryUser) =>
  user.assignedSkus.flatMap((id) => Object.keys(skuOf(id)?.servicePlans ?? {}));

/** A plan with a mailbox: EXCHANGE_S_FOUNDATION stands in nearly every SKU and has none, archives are add-ons. */
export const isMailboxPlan = (name: string) =>
  name.startsWith('EXCHANGE_') && !/FOUNDATION|ARCHIVE|ANALYTICS/.test(name);

export const hasExchange = (user: DirectoryUser) => planNames(user).some(isMailboxPlan);

/** A plan with SharePoint's storage; SHAREPOINTWAC is Office in the browser only. */
export const isSharePointPlan = (name: string) =>
  /^(SHAREPOINT|ONEDRIVE)/.test(name) && name !== 'SHAREPOINTWAC';

export const hasOneDrive = (user: DirectoryUser) => planNames(user).some(isSharePointPlan);

/** Is there such a plan in anything the tenant has bought, whatever its state? */
export const hasPlan = ({ directory }: Pick<World, 'directory'>, is: (name: string) => boolean): boolean =>
  directory.subscriptions.some((one) => Object.keys(skuOf(one.skuId)?.servicePlans ?? {}).some(is));

/** Throws the 400 of every drive and site where nothing the tenant has bought contains SharePoint. */
export function requireSharePoint(world: Pick<World, 'directory'>): void {
  if (!hasPlan(world, isSharePointPlan))
    throw new GraphError(400, 'BadRequest', 'Tenant does not have a SPO license.');
}

const fromBest: readonly Subscription['capabilityStatus'][] = [
  'Enabled',
  'Warning',
  'Suspended',
  'LockedOut',
  'Deleted',
];

/** What of a SKU was bought. */
export const boughtOf = ({ directory }: World, id: string) =>
  directory.subscriptions.filter((one) => one.skuId === id);

/** A plan is in the state of the best subscription it comes from; deleted where there is none any more. */
export const bestStatus = (subscriptions: readonly Subscription[]) =>
  fromBest.find((status) => subscriptions.some((one) => one.capabilityStatus === status)) ?? 'Deleted';

export function assignedPlans(world: World, user: DirectoryUser): Record<string, unknown>[] {
  const statusOf = (id: string) => bestStatus(boughtOf(world, id));
  return user.assignedSkus.flatMap((id) =>
    Object.entries(skuOf(id)?.servicePlans ?? {}).map(([name, servicePlanId]) => ({
      assignedDateTime: user.createdDateTime,
      capabilityStatus: statusOf(id),
      service: serviceOf(name),
      servicePlanId,
    })),
  );
}

export const plansOf = (sku: Sku) =>
  Object.entries(sku.servicePlans).map(([servicePlanName, servicePlanId]) => ({
    servicePlanId,
    servicePlanName,
    provisioningStatus: 'Success',
    appliesTo: /FOUNDATION|^(INTUNE|AAD)/.test(servicePlanName) ? 'Company' : 'User',
  }));

export function licenseDetails(user: DirectoryUser): Record<string, unknown>[] {
  return user.assignedSkus.flatMap((id) => {
    const sku = skuOf(id);
    if (!sku) return [];
    return {
      id: `${user.id}_${id}`,
      skuId: id,
      skuPartNumber: sku.skuPartNumber,
      servicePlans: plansOf(sku),
    };
  });
}

export const assignedLicenses = (user: DirectoryUser) =>
  user.assignedSkus.map((id) => ({ disabledPlans: [], skuId: id }));
