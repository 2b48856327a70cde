/** Asks what a tenant has bought: two GETs in one exchange, with whatever sign-in there is. */
import { array, object, unknown } from 'valibot';
import type { GraphClient } from '../graph/client.ts';
import { parseShape } from '../graph/parse.ts';
import { ok, type Result } from '../kernel/result.ts';
import { directory } from './installation.ts';
import { subscribedSkuSchema, subscriptionSchema, tenantPlans, type TenantLicences } from './licences.ts';

export const skusPath = '/subscribedSkus?$select=skuId,capabilityStatus,skuPartNumber,servicePlans';
export const subscriptionsPath = '/directory/subscriptions?$select=skuId,status,isTrial';

/**
 * `graph/forbidden` where the sign-in may see neither: the backup app of the read-only profile may not. With
 * `LicenseAssignment.Read.All` alone, trials stay unknown.
 */
export async function readTenantLicences(graph: GraphClient): Promise<Result<TenantLicences>> {
  const paths = [skusPath, subscriptionsPath].map((path) => ({ path, schema: unknown() }));
  const [skus, subscriptions] = await graph.batch(paths, directory);
  if (!skus || !subscriptions) throw new Error('A batch has an answer for every part');
  if (!skus.ok) return skus;
  const list = parseShape(skus.value, object({ value: array(subscribedSkuSchema) }));
  if (!list.ok) return list;
  if (!subscriptions.ok) return ok(tenantPlans(list.value.value, null));
  const bought = parseShape(subscriptions.value, object({ value: array(subscriptionSchema) }));
  return bought.ok ? ok(tenantPlans(list.value.value, bought.value.value)) : bought;
}
