/** Which service plans bring a mailbox or a OneDrive. Plans decide, not product names (Microsoft's licensing list). */
import { array, looseObject, nullish, string, type InferOutput } from 'valibot';
import data from './data/service-plans.json' with { type: 'json' };

const valuesOf = (group: Readonly<Record<string, string>>) => new Set<string>(Object.values(group));
const kiosk = valuesOf(data.plans.kiosk);
const exchange = new Set([...valuesOf(data.plans.exchange), ...kiosk]);
const oneDrive = valuesOf(data.plans.onedrive);
const archive = valuesOf(data.plans.archive);
const consumer = valuesOf(data.consumer);
const names = new Map<string, string>(
  Object.values(data.plans).flatMap((group) =>
    Object.entries(group).map(([name, id]) => [id, name] as const),
  ),
);

export const assignedPlansSchema = nullish(
  array(looseObject({ servicePlanId: string(), capabilityStatus: nullish(string(), '') })),
  [],
);
export type AssignedPlans = InferOutput<typeof assignedPlansSchema>;

/** `Warning` is a subscription in its grace period: everything still works. */
export const isLive = (status: string): boolean => status === 'Enabled' || status === 'Warning';

export const isMailboxPlan = (id: string): boolean => exchange.has(id);
export const isDrivePlan = (id: string): boolean => oneDrive.has(id);
export const isDataPlan = (id: string): boolean => isMailboxPlan(id) || isDrivePlan(id);
export const planName = (id: string): string => names.get(id) ?? id;

/** A product that people take for themselves, without a contract of the organisation. */
export const isConsumerSku = (skuId: string): boolean => consumer.has(skuId);

const holds = (plans: AssignedPlans, is: (id: string) => boolean): boolean =>
  plans.some(({ servicePlanId, capabilityStatus }) => isLive(capabilityStatus) && is(servicePlanId));

export const hasMailboxPlan = (plans: AssignedPlans): boolean => holds(plans, isMailboxPlan);
export const hasDrivePlan = (plans: AssignedPlans): boolean => holds(plans, isDrivePlan);
export const hasArchivePlan = (plans: AssignedPlans): boolean => holds(plans, (id) => archive.has(id));

/** Ids of the plans with a mailbox or a OneDrive that are on, or off because the subscription has lapsed. */
export const dataPlans = (plans: AssignedPlans, state: 'live' | 'lapsed'): string[] =>
  plans.flatMap(({ servicePlanId: id, capabilityStatus: status }) =>
    isDataPlan(id) && (state === 'live' ? isLive(status) : /^(Suspended|LockedOut)$/.test(status)) ? id : [],
  );

/** Its mailbox, if any, is one of 2 GB for people without a desk. */
export function isKioskOnly(ids: readonly string[]): boolean {
  const mailboxes = ids.filter(isMailboxPlan);
  return mailboxes.length > 0 && mailboxes.every((id) => kiosk.has(id));
}
