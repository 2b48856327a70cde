/** Service principals of other apps, closer: who publishes them, what people consented to, when their credentials end. */
import { array, boolean, looseObject, nullish, string, unknown, type InferOutput } from 'valibot';
import type { GraphClient } from '../graph/client.ts';
import { parseShape } from '../graph/parse.ts';
import type { Result } from '../kernel/result.ts';
import { listOf, scopeGrants } from './check-schemas.ts';
import { directory } from './installation.ts';
import type { ResourceName } from './permissions.ts';

const principalSchema = looseObject({
  appId: string(),
  accountEnabled: nullish(boolean(), true),
  appOwnerOrganizationId: nullish(string()),
});
const credentials = nullish(array(looseObject({ endDateTime: nullish(string()) })), []);
const registrationSchema = looseObject({
  appId: string(),
  keyCredentials: credentials,
  passwordCredentials: credentials,
});
type Registration = InferOutput<typeof registrationSchema>;

export interface Candidate {
  readonly principalId: string;
  readonly name: string;
  readonly roles: readonly {
    readonly resource: ResourceName;
    readonly id: string;
    readonly value: string | undefined;
  }[];
}

export interface LookedAt extends Candidate {
  readonly clientId: string | null;
  readonly enabled: boolean | null;
  /** Tenant of its publisher. */
  readonly owner: string | null;
  /** Delegated permissions; null where they could not be read. */
  readonly scopes: readonly string[] | null;
  /** ISO 8601, the last one. */
  readonly credentialEnds: string | null;
}

/** Three questions each. */
export async function lookAt(graph: GraphClient, candidates: readonly Candidate[]): Promise<LookedAt[]> {
  const paths = candidates.flatMap(({ principalId, name }) => [
    `/servicePrincipals/${principalId}?$select=appId,accountEnabled,appOwnerOrganizationId`,
    scopeGrants(`/servicePrincipals/${principalId}`).path,
    // An app that is registered in this tenant bears its principal's name.
    `/applications?$filter=${encodeURIComponent(`displayName eq '${name.replaceAll("'", "''")}'`)}&$select=appId,keyCredentials,passwordCredentials`,
  ]);
  const answers = await graph.batch(
    paths.map((path) => ({ path, schema: unknown() })),
    directory,
  );
  return candidates.map((candidate, index) => {
    const [principal, scopes, registered] = answers.slice(index * 3, index * 3 + 3);
    return lookedAt(candidate, { principal, scopes, registered });
  });
}

interface Seen {
  readonly principal: Result<unknown> | undefined;
  readonly scopes: Result<unknown> | undefined;
  readonly registered: Result<unknown> | undefined;
}

function lookedAt(candidate: Candidate, seen: Seen): LookedAt {
  const principal = valueOf(seen.principal, principalSchema);
  const granted = valueOf(seen.scopes, scopeGrants('').schema)?.value;
  const registrations = valueOf(seen.registered, listOf(registrationSchema))?.value ?? [];
  const own = registrations.find(({ appId }) => appId === principal?.appId);
  return {
    ...candidate,
    clientId: principal?.appId ?? null,
    enabled: principal?.accountEnabled ?? null,
    owner: principal?.appOwnerOrganizationId ?? null,
    scopes: granted ? [...new Set(granted.flatMap(({ scope }) => scope.split(' ').filter(Boolean)))] : null,
    credentialEnds: own ? lastEnd(own) : null,
  };
}

function valueOf<S extends Parameters<typeof parseShape>[1]>(
  answer: Result<unknown> | undefined,
  schema: S,
): InferOutput<S> | undefined {
  if (!answer?.ok) return undefined;
  const parsed = parseShape(answer.value, schema);
  return parsed.ok ? parsed.value : undefined;
}

const lastEnd = ({ keyCredentials, passwordCredentials }: Registration): string | null =>
  [...keyCredentials, ...passwordCredentials]
    .flatMap(({ endDateTime }) => endDateTime ?? [])
    .sort()
    .at(-1) ?? null;
