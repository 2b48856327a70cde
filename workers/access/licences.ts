/**
 * Which licences count, for a tenant and for an account: those that are paid for. Not a trial, not a suspended
 * subscription, not what people took for themselves.
 */
import { array, boolean, looseObject, nullish, string, type InferOutput } from 'valibot';
import type { LicenceState, LicenceVerdict } from '../contract/accounts.ts';
import {
  dataPlans,
  isConsumerSku,
  isDataPlan,
  isDrivePlan,
  isKioskOnly,
  isLive,
  isMailboxPlan,
  planName,
} from './service-plans.ts';
import type { UserFacts } from './user-facts.ts';

export const subscribedSkuSchema = looseObject({
  skuId: nullish(string(), ''),
  capabilityStatus: nullish(string(), ''),
  skuPartNumber: nullish(string(), ''),
  servicePlans: nullish(array(looseObject({ servicePlanId: string() })), []),
});
type SubscribedSku = InferOutput<typeof subscribedSkuSchema>;

/** Of `/directory/subscriptions`: the only place that tells a trial. */
export const subscriptionSchema = looseObject({
  skuId: nullish(string(), ''),
  status: nullish(string(), ''),
  isTrial: nullish(boolean(), false),
});
type CompanySubscription = InferOutput<typeof subscriptionSchema>;

export type Standing = 'counts' | 'trial' | 'consumer' | 'suspended';

/** What a tenant has bought, as far as mailboxes and drives go: ids and states alone, so that it may be kept. */
export interface TenantLicences {
  readonly skus: readonly {
    readonly skuId: string;
    readonly standing: Standing;
    /** Its service plans with a mailbox or a OneDrive. */
    readonly plans: readonly string[];
  }[];
  /** False where this sign-in may not see which subscription is a trial. */
  readonly trialsKnown: boolean;
  /** ISO 8601 date, or `an earlier day`: kept since then, which is long enough for it to have changed. */
  readonly outdated?: string;
}

/** `subscriptions`: null where they are not visible; a trial then passes for a subscription that is paid for. */
export function tenantPlans(
  skus: readonly SubscribedSku[],
  subscriptions: readonly CompanySubscription[] | null,
): TenantLicences {
  const boughtOf = (id: string) => subscriptions?.filter(({ skuId }) => skuId === id) ?? [];
  return {
    trialsKnown: subscriptions !== null,
    skus: skus.map((sku) => ({
      skuId: sku.skuId,
      standing: standingOf(sku, boughtOf(sku.skuId)),
      plans: sku.servicePlans.flatMap(({ servicePlanId: id }) => (isDataPlan(id) ? id : [])),
    })),
  };
}

function standingOf(sku: SubscribedSku, bought: readonly CompanySubscription[]): Standing {
  const live = bought.filter(({ status }) => isLive(status));
  const isOn = bought.length > 0 ? live.length > 0 : isLive(sku.capabilityStatus);
  if (!isOn) return 'suspended';
  if (isConsumerSku(sku.skuId)) return 'consumer';
  return live.length > 0 && live.every(({ isTrial }) => isTrial) ? 'trial' : 'counts';
}

const offers = ({ skus }: TenantLicences, wanted: (plan: string) => boolean): boolean =>
  skus.some(({ standing, plans }) => standing === 'counts' && plans.some(wanted));

export const offersMailboxes = (tenant: TenantLicences): boolean => offers(tenant, isMailboxPlan);
export const offersDrives = (tenant: TenantLicences): boolean => offers(tenant, isDrivePlan);
/** A business licence, as the reference page asks for: any subscription that counts and has a mailbox or a OneDrive. */
export const isBusiness = (tenant: TenantLicences): boolean => offers(tenant, isDataPlan);

/** `tenant`: null where its subscriptions are not visible. The words name plans, never a person. */
export function licenceOf(user: UserFacts, tenant: TenantLicences | null): LicenceVerdict {
  const proof = proofOf(user);
  const proved = (state: LicenceState, why: string): LicenceVerdict => ({
    state,
    why,
    evidence: 'proved',
    proof,
  });
  const inferred = (state: LicenceState, why: string, more: string): LicenceVerdict => ({
    state,
    why,
    evidence: 'inferred',
    proof: `${proof}. ${more}`,
  });
  const old = tenant?.outdated;
  const byKept = (state: LicenceState, why: string) =>
    old === undefined ? proved(state, why) : inferred(state, why, whatIsOld(old));
  if (user.isGuest) return proved('guest', 'A guest is licensed in the home organisation');
  const live = dataPlans(user.plans, 'live');
  if (live.length === 0) return proved(...withoutPlan(user));
  const paid = paidPlans(user, live, tenant);
  if (paid.excuse) return byKept(paid.excuse, excuses[paid.excuse]);
  const state = isKioskOnly(paid.plans) ? 'kiosk' : 'licensed';
  const why = `${state === 'kiosk' ? 'A kiosk mailbox of 2 GB' : 'Licensed'}: ${paid.plans.map(planName).join(', ')}`;
  return tenant?.trialsKnown ? byKept(state, why) : inferred(state, why, whatShowsTrials);
}

const whatIsOld = (since: string): string =>
  `What the tenant has bought is as a check saw it on ${since}: check the tenant again to see it as it is today`;

const whatShowsTrials =
  'Whether the subscription is a trial is not visible to this sign-in: Billing, Your products in the Microsoft 365 admin center shows it';

const proofOf = ({ plans }: UserFacts): string => {
  const data = plans.filter(({ servicePlanId }) => isDataPlan(servicePlanId));
  const said = data.map(({ servicePlanId: id, capabilityStatus: status }) => `${planName(id)} ${status}`);
  return `assignedPlans: ${said.join(', ') || 'none with a mailbox or a OneDrive'}`;
};

function withoutPlan({ plans, licences }: UserFacts): [LicenceState, string] {
  const lapsed = dataPlans(plans, 'lapsed');
  if (lapsed.length > 0)
    return ['suspended', `The subscription has lapsed: ${lapsed.map(planName).join(', ')}`];
  if (licences.length === 0) return ['unlicensed', 'No licence is assigned'];
  return ['unlicensed', 'Its licences bring neither a mailbox nor a OneDrive'];
}

const excuses = {
  trial: 'Only a trial: it ends by itself, and what it holds with it',
  consumer: 'Only a product that people take for themselves, without a contract of the organisation',
  suspended: 'The subscription has lapsed',
} as const;

/** Those of the live plans that somebody pays for; where there are none, what they come from instead. */
function paidPlans(
  { licences }: UserFacts,
  live: readonly string[],
  tenant: TenantLicences | null,
): { readonly plans: readonly string[]; readonly excuse?: keyof typeof excuses } {
  const sources = licences.flatMap(({ skuId, disabledPlans }) => {
    const known = tenant?.skus.find((sku) => sku.skuId === skuId);
    const standing = known?.standing ?? (isConsumerSku(skuId) ? 'consumer' : 'counts');
    const plans = (known?.plans ?? live).filter((id) => live.includes(id) && !disabledPlans.includes(id));
    return plans.length > 0 ? [{ standing, plans }] : [];
  });
  const from = (standing: Standing) => sources.filter((source) => source.standing === standing);
  const paid = from('counts').flatMap(({ plans }) => plans);
  // A list of licences that explains none of the plans proves nothing against them.
  if (paid.length > 0 || sources.length === 0) return { plans: paid.length > 0 ? [...new Set(paid)] : live };
  const order = ['trial', 'consumer', 'suspended'] as const;
  return { plans: [], excuse: order.find((standing) => from(standing).length > 0) ?? 'suspended' };
}
