/** Which service plans bring a mailbox or a OneDrive. Plans decide, not product names (Microsoft's licensing list). */
import { array, looseObject, nullish, string, type InferOutput } from 'valibot';
import data from './data/service-plans.json' with { type: 'json' };

const exchange = new Set<string>(Object.values(data.plans.exchange));
const oneDrive = new Set<string>(Object.values(data.plans.onedrive));

export const assignedPlansSchema = nullish(
  array(looseObject({ servicePlanId: string(), capabilityStatus: nullish(string(), '') })),
  [],
);
type AssignedPlans = InferOutput<typeof assignedPlansSchema>;

export const subscribedSkuSchema = looseObject({
  capabilityStatus: nullish(string(), ''),
  skuPartNumber: nullish(string(), ''),
  servicePlans: nullish(array(looseObject({ servicePlanId: string() })), []),
});
type SubscribedSku = InferOutput<typeof subscribedSkuSchema>;

/** `Warning` is a subscription in its grace period: everything still works. */
const counts = (status: string): boolean => status === 'Enabled' || status === 'Warning';

const holds = (plans: AssignedPlans, wanted: ReadonlySet<string>): boolean =>
  plans.some(({ servicePlanId, capabilityStatus }) => counts(capabilityStatus) && wanted.has(servicePlanId));

export const hasMailboxPlan = (plans: AssignedPlans): boolean => holds(plans, exchange);
export const hasDrivePlan = (plans: AssignedPlans): boolean => holds(plans, oneDrive);

const offers = (skus: readonly SubscribedSku[], wanted: ReadonlySet<string>): boolean =>
  skus.some(
    ({ capabilityStatus, servicePlans }) =>
      counts(capabilityStatus) && servicePlans.some(({ servicePlanId }) => wanted.has(servicePlanId)),
  );

export const offersMailboxes = (skus: readonly SubscribedSku[]): boolean => offers(skus, exchange);
export const offersDrives = (skus: readonly SubscribedSku[]): boolean => offers(skus, oneDrive);
