/** What takes two more scopes to see, on a click: roles that one could activate, and the policy on apps' credentials. */
import { array, boolean, looseObject, nullish, string, type InferOutput } from 'valibot';
import type { DelegatedToken } from '../contract/engine-api.ts';
import type { GraphClient } from '../graph/client.ts';
import { ok, type Result } from '../kernel/result.ts';
import { listOf } from './check-schemas.ts';
import { ask } from './check-sheet.ts';

const eligibilitySchema = looseObject({ roleDefinitionId: string() });
const restrictionSchema = looseObject({
  restrictionType: nullish(string(), ''),
  state: nullish(string(), ''),
  /** ISO 8601: `P30D`. */
  maxLifetime: nullish(string()),
});
/** learn.microsoft.com/graph/api/resources/tenantappmanagementpolicy */
const policySchema = looseObject({
  isEnabled: nullish(boolean(), false),
  applicationRestrictions: nullish(looseObject({ keyCredentials: nullish(array(restrictionSchema), []) })),
});

export interface CloserFacts {
  /** Template ids of roles that the person could activate; a tenant without PIM has none. */
  readonly eligible: Result<readonly string[]>;
  /** What a new certificate of an app may not be: `refused`, or longer than so many days. */
  readonly certificates: Result<CertificatePolicy>;
}
export type CertificatePolicy =
  { readonly kind: 'any' | 'refused' } | { readonly kind: 'short'; readonly days: number };

export async function readCloser(graph: GraphClient, { account }: DelegatedToken): Promise<CloserFacts> {
  const filter = encodeURIComponent(`principalId eq '${account.objectId}'`);
  const seen = await ask(graph, {
    eligible: {
      path: `/roleManagement/directory/roleEligibilityScheduleInstances?$filter=${filter}`,
      schema: listOf(eligibilitySchema),
    },
    policy: { path: '/policies/defaultAppManagementPolicy', schema: policySchema },
  });
  return { eligible: eligible(seen.eligible), certificates: certificates(seen.policy) };
}

/** 400 is a tenant without the licence for PIM, in which nobody is eligible for anything. */
function eligible(answer: Result<{ value: { roleDefinitionId: string }[] }>): CloserFacts['eligible'] {
  if (answer.ok) return ok(answer.value.value.map(({ roleDefinitionId }) => roleDefinitionId));
  return answer.error.code === 'graph/bad-request' ? ok([]) : answer;
}

function certificates(answer: Result<InferOutput<typeof policySchema>>): CloserFacts['certificates'] {
  if (!answer.ok) return answer;
  const { isEnabled, applicationRestrictions } = answer.value;
  const active = isEnabled
    ? (applicationRestrictions?.keyCredentials ?? []).filter(({ state }) => state !== 'disabled')
    : [];
  // Ours are self-signed: where only those of a trusted authority are taken, none of ours is.
  if (active.some(({ restrictionType }) => restrictionType === 'trustedCertificateAuthority'))
    return ok({ kind: 'refused' });
  const days = active.flatMap(({ restrictionType, maxLifetime }) => {
    const found =
      restrictionType === 'asymmetricKeyLifetime' ? /^P(\d+)D/.exec(maxLifetime ?? '')?.[1] : undefined;
    return found === undefined ? [] : [Number(found)];
  });
  return ok(days.length === 0 ? { kind: 'any' } : { kind: 'short', days: Math.min(...days) });
}
