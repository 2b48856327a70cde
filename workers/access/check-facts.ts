/**
 * What the quick check reads: GETs alone, with delegated read scopes, packed into a few batches. A fact that this
 * sign-in may not see is a failure here and "not visible" in the report.
 */
import {
  array,
  boolean,
  looseObject,
  nullish,
  object,
  string,
  unknown,
  type GenericSchema,
  type InferOutput,
} from 'valibot';
import type { GraphClient } from '../graph/client.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { parseShape } from '../graph/parse.ts';
import { appPath, directory, keyCredentialSchema } from './installation.ts';
import { subscribedSkuSchema } from './licences.ts';
import { resources, type ResourceName } from './permissions.ts';
import { assignedPlansSchema, hasDrivePlan, hasMailboxPlan } from './service-plans.ts';

const listOf = <S extends GenericSchema>(item: S) => object({ value: array(item) });
const organizationSchema = listOf(looseObject({ id: string(), displayName: string() }));
const skusSchema = listOf(subscribedSkuSchema);
const applicationSchema = looseObject({
  id: string(),
  appId: string(),
  keyCredentials: nullish(array(keyCredentialSchema), []),
});
const principalSchema = looseObject({ id: string(), accountEnabled: nullish(boolean(), true) });
const assignmentsSchema = listOf(looseObject({ appRoleId: string(), resourceId: string() }));
const grantsSchema = listOf(looseObject({ resourceId: string(), scope: nullish(string(), '') }));
const userSchema = looseObject({ userType: nullish(string()), assignedPlans: assignedPlansSchema });

export interface InstalledApp {
  readonly clientId: string;
  readonly enabled: boolean;
  /** Base64 of the certificates it takes. */
  readonly certificates: readonly string[];
  readonly roles: readonly { readonly resource: ResourceName | 'other'; readonly id: string }[];
  readonly scopes: readonly string[];
}

export interface CheckFacts {
  readonly tenantName: Result<string>;
  readonly skus: Result<InferOutput<typeof skusSchema>['value']>;
  /** Undefined where the tenant has none. */
  readonly app: Result<InstalledApp | undefined>;
  readonly accounts: Result<{
    readonly users: number;
    readonly withMailbox: number;
    readonly withDrive: number;
  }>;
}

export async function readFacts(graph: GraphClient, note: (text: string) => void): Promise<CheckFacts> {
  note('Reading tenant and licences');
  const [organization, skus, application, graphApi, exchangeApi] = await getAll(graph, [
    '/organization?$select=id,displayName',
    '/subscribedSkus?$select=capabilityStatus,skuPartNumber,servicePlans',
    `${appPath}?$select=id,appId,keyCredentials`,
    `/servicePrincipals(appId='${resources.graph.appId}')?$select=id`,
    `/servicePrincipals(appId='${resources.exchange.appId}')?$select=id`,
  ]);
  note('Reading permissions');
  const names = new Map(
    [graphApi, exchangeApi].flatMap((api, index) => nameOf(api, index === 0 ? 'graph' : 'exchange')),
  );
  const app = await readApp(graph, as(application, applicationSchema), names);
  note('Counting accounts');
  const name = as(organization, organizationSchema);
  const skuList = as(skus, skusSchema);
  return {
    tenantName: name.ok ? ok(name.value.value[0]?.displayName ?? '') : name,
    skus: skuList.ok ? ok(skuList.value.value) : skuList,
    app,
    accounts: await countAccounts(graph),
  };
}

type Answers = readonly Result<unknown>[];

const getAll = (graph: GraphClient, paths: readonly string[]): Promise<Answers> =>
  graph.batch(
    paths.map((path) => ({ path, schema: unknown() })),
    directory,
  );

const as = <S extends GenericSchema>(
  answer: Result<unknown> | undefined,
  schema: S,
): Result<InferOutput<S>> => {
  if (!answer) throw new Error('A batch has an answer for every part');
  return answer.ok ? parseShape(answer.value, schema) : answer;
};

function nameOf(api: Result<unknown> | undefined, name: ResourceName): [string, ResourceName][] {
  const principal = as(api, principalSchema);
  return principal.ok ? [[principal.value.id, name]] : [];
}

async function readApp(
  graph: GraphClient,
  application: Result<InferOutput<typeof applicationSchema>>,
  names: ReadonlyMap<string, ResourceName>,
): Promise<CheckFacts['app']> {
  if (!application.ok) return application.error.code === 'graph/not-found' ? ok(undefined) : application;
  const { appId, keyCredentials } = application.value;
  const path = `/servicePrincipals(appId='${appId}')`;
  const [principalAnswer, assignmentsAnswer, grantsAnswer] = await getAll(graph, [
    `${path}?$select=id,accountEnabled`,
    `${path}/appRoleAssignments?$top=999`,
    `${path}/oauth2PermissionGrants`,
  ]);
  const principal = as(principalAnswer, principalSchema);
  const assignments = as(assignmentsAnswer, assignmentsSchema);
  const grants = as(grantsAnswer, grantsSchema);
  // A registration without its service principal: an installation that was cut short.
  if (!principal.ok && principal.error.code === 'graph/not-found') return ok(undefined);
  for (const part of [principal, assignments, grants]) if (!part.ok) return err(part.error);
  if (!principal.ok || !assignments.ok || !grants.ok) throw new Error('unreachable');
  return ok({
    clientId: appId,
    enabled: principal.value.accountEnabled,
    certificates: keyCredentials.flatMap(({ key }) => key ?? []),
    roles: assignments.value.value.map(({ appRoleId, resourceId }) => ({
      id: appRoleId,
      resource: names.get(resourceId) ?? 'other',
    })),
    scopes: grants.value.value.flatMap(({ scope }) => scope.split(' ').filter(Boolean)),
  });
}

async function countAccounts(graph: GraphClient): Promise<CheckFacts['accounts']> {
  const counted = { users: 0, withMailbox: 0, withDrive: 0 };
  const path = '/users?$select=id,userType,assignedPlans&$top=999';
  for await (const page of graph.pages(path, userSchema, directory)) {
    if (!page.ok) return page;
    for (const { userType, assignedPlans } of page.value.items) {
      if (userType === 'Guest') continue;
      counted.users += 1;
      if (hasMailboxPlan(assignedPlans)) counted.withMailbox += 1;
      if (hasDrivePlan(assignedPlans)) counted.withDrive += 1;
    }
  }
  return ok(counted);
}
