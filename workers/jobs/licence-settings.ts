/**
 * What this device has been told about licences of a tenant: the rule, who is backed up against it, and which
 * subscriptions count, as the last check with a person's rights saw them: the backup app itself may not see that.
 */
import * as v from 'valibot';
import type { Judging } from '../access/accounts.ts';
import type { TenantLicences } from '../access/licences.ts';
import { readTenantLicences } from '../access/tenant-licences.ts';
import type { LicenceRule } from '../contract/accounts.ts';
import type { GraphClient } from '../graph/client.ts';
import type { Clock } from '../kernel/clock.ts';
import { ok, type Result } from '../kernel/result.ts';
import { deleteAll, type Records } from './records.ts';

const ruleKey = (tenantId: string) => `licence-rule:${tenantId}`;
const anywayPrefix = (tenantId: string) => `back-up-anyway:${tenantId}:`;
const boughtKey = (tenantId: string) => `licences:${tenantId}`;

const ruleSchema = v.picklist(['reference', 'microsoft']);
const boughtSchema = v.object({
  skus: v.array(
    v.object({
      skuId: v.string(),
      standing: v.picklist(['counts', 'trial', 'consumer', 'suspended']),
      plans: v.array(v.string()),
    }),
  ),
  trialsKnown: v.boolean(),
  /** Milliseconds since the epoch. */
  at: v.optional(v.number()),
});

/** As the reference page has it, until somebody decides otherwise. */
export async function licenceRule(records: Records, tenantId: string): Promise<Result<LicenceRule>> {
  const found = await records.get(ruleKey(tenantId));
  if (!found.ok) return found;
  const parsed = v.safeParse(ruleSchema, found.value);
  return ok(parsed.success ? parsed.output : 'reference');
}

export const setLicenceRule = (
  records: Records,
  tenantId: string,
  rule: LicenceRule,
): Promise<Result<void>> => records.put(ruleKey(tenantId), rule);

export const setAnyway = (
  records: Records,
  { tenantId, account, yes }: { readonly tenantId: string; readonly account: string; readonly yes: boolean },
): Promise<Result<void>> => {
  const key = anywayPrefix(tenantId) + account;
  return yes ? records.put(key, true) : records.delete(key);
};

interface Deps {
  readonly records: Records;
  readonly clock: Clock;
}

export const rememberLicences = (
  { records, clock }: Deps,
  tenantId: string,
  bought: TenantLicences,
): Promise<Result<void>> => records.put(boughtKey(tenantId), { ...bought, at: clock.now() });

/** By what the accounts of a tenant are judged on this device. `graph`: with the backup app's token. */
export async function judgingOf(deps: Deps, tenantId: string, graph: GraphClient): Promise<Result<Judging>> {
  const { records } = deps;
  const rule = await licenceRule(records, tenantId);
  if (!rule.ok) return rule;
  const listed = await records.list(anywayPrefix(tenantId));
  if (!listed.ok) return listed;
  const tenant = await tenantLicences(deps, tenantId, graph);
  if (!tenant.ok) return tenant;
  const anyway = new Set(listed.value.map(([key]) => key.slice(anywayPrefix(tenantId).length)));
  return ok({ tenant: tenant.value, rule: rule.value, anyway });
}

const dayMs = 24 * 60 * 60_000;

/** What a person's check saw, with its day once that is past; else what the app itself may see; null where that is nothing. */
async function tenantLicences(
  { records, clock }: Deps,
  tenantId: string,
  graph: GraphClient,
): Promise<Result<TenantLicences | null>> {
  const kept = await records.get(boughtKey(tenantId));
  if (!kept.ok) return kept;
  const parsed = v.safeParse(boughtSchema, kept.value);
  if (parsed.success) {
    const { at, ...bought } = parsed.output;
    if (at !== undefined && clock.now() - at < dayMs) return ok(bought);
    const outdated = at === undefined ? 'an earlier day' : new Date(at).toISOString().slice(0, 10);
    return ok({ ...bought, outdated });
  }
  const asked = await readTenantLicences(graph);
  return ok(asked.ok ? asked.value : null);
}

/** For a tenant that this device leaves. */
export async function forgetLicences(records: Records, tenantId: string): Promise<Result<void>> {
  for (const key of [ruleKey(tenantId), boughtKey(tenantId)]) {
    const gone = await records.delete(key);
    if (!gone.ok) return gone;
  }
  return deleteAll(records, anywayPrefix(tenantId));
}
