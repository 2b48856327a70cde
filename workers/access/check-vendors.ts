/** Other apps in the tenant that may read mail or files of everybody: what each holds beside what its product needs. */
import type { VendorApp, VendorPermission } from '../contract/check.ts';
import type { GraphClient } from '../graph/client.ts';
import type { Services } from './check-facts.ts';
import type { GrantedRole } from './check-granted.ts';
import { allPermissions, resources, type ResourceName } from './permissions.ts';
import { isContent, riskOf } from './risk.ts';
import { lookAt, type Candidate, type LookedAt } from './vendor-facts.ts';
import { products, type Need, type Product } from './vendor-presets.ts';

/** Six fit into one exchange. */
const mostApps = 12;
/** Microsoft's own tenants, whose apps are part of the service. */
const microsoft = new Set(['f8cdef31-a31e-4b4a-93e4-5f571e91255a', '72f988bf-86f1-41af-91ab-2d7cd011db47']);

export interface Vendors {
  readonly apps: readonly VendorApp[];
  /** That hold such rights and were not looked at closer. */
  readonly more: number;
  /** Names of those whose delegated permissions could not be read. */
  readonly halfSeen: readonly string[];
}

export async function readVendors(
  graph: GraphClient,
  granted: readonly GrantedRole[],
  services: Services,
  ours: { readonly principalId: string | undefined; readonly clientId: string | undefined },
): Promise<Vendors> {
  const all = candidates(granted, services).filter(({ principalId }) => principalId !== ours.principalId);
  const looked = await lookAt(graph, all.slice(0, mostApps));
  const others = looked.filter(
    ({ owner, clientId }) =>
      (owner === null || !microsoft.has(owner)) && (clientId === null || clientId !== ours.clientId),
  );
  const halfSeen = others.flatMap(({ name, scopes }) => (scopes === null ? name : []));
  return { apps: others.map(describe), more: Math.max(0, all.length - mostApps), halfSeen };
}

/** Those with the most such rights first. */
function candidates(granted: readonly GrantedRole[], services: Services): Candidate[] {
  const byApp = new Map<string, { principalId: string; name: string; roles: Candidate['roles'][number][] }>();
  for (const { principalId, principalName: name, resource, roleId } of granted) {
    const app = byApp.get(principalId) ?? { principalId, name, roles: [] };
    app.roles.push({ resource, id: roleId, value: nameOf(resource, roleId, services) });
    byApp.set(principalId, app);
  }
  const content = ({ roles }: Candidate) => roles.filter(({ value }) => isContent(value ?? '')).length;
  return [...byApp.values()].filter((app) => content(app) > 0).sort((a, b) => content(b) - content(a));
}

function nameOf(resource: ResourceName, roleId: string, services: Services): string | undefined {
  const service = services[resource];
  const told = service.ok ? service.value?.roles.get(roleId) : undefined;
  return told ?? allPermissions.find((one) => one.resource === resource && one.id === roleId)?.value;
}

function describe(app: LookedAt): VendorApp {
  const product = products.find(({ pattern }) => pattern.test(app.name));
  const permissions = permissionsOf(app, product);
  return {
    name: app.name,
    clientId: app.clientId,
    enabled: app.enabled,
    credentialEnds: app.credentialEnds,
    product: product ? { name: product.name, source: product.source, link: product.link } : null,
    permissions,
    verdict: verdictOf(product, permissions, app.scopes !== null),
    link:
      app.clientId === null
        ? null
        : `https://entra.microsoft.com/#view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Permissions/objectId/${app.principalId}/appId/${app.clientId}`,
  };
}

/** Everything that was granted, then what the product needs beside it. */
function permissionsOf({ roles, scopes }: LookedAt, product: Product | undefined): VendorPermission[] {
  const held = [
    ...roles.map(({ resource, id, value }) => ({
      resource,
      claim: value ?? id,
      value,
      type: 'application' as const,
    })),
    ...(scopes ?? []).map((value) => ({
      resource: 'graph' as const,
      claim: value,
      value,
      type: 'delegated' as const,
    })),
  ];
  const isFor = (need: Need, one: (typeof held)[number]) =>
    need.resource === one.resource && need.value === one.value && need.type === one.type;
  const granted = held.map((one): VendorPermission => {
    const need = product?.needs.find((each) => isFor(each, one));
    const needed = !product ? 'unknown' : need ? (need.isOptional ? 'optional' : 'yes') : 'no';
    const { resource, claim, type } = one;
    return { api: resources[resource].name, claim, type, needed, granted: true, risk: riskOf(one) };
  });
  const isSeen = ({ type }: Need) => type !== 'delegated' || scopes !== null;
  const lacking = (product?.needs ?? []).filter(
    (need) => !need.isOptional && isSeen(need) && !held.some((one) => isFor(need, one)),
  );
  const missing = lacking.map((need): VendorPermission => {
    const { resource, value, type } = need;
    return {
      api: resources[resource].name,
      claim: value,
      type,
      needed: 'yes',
      granted: false,
      risk: riskOf(need),
    };
  });
  return [...granted, ...missing];
}

function verdictOf(
  product: Product | undefined,
  permissions: readonly VendorPermission[],
  isSeenWhole: boolean,
): VendorApp['verdict'] {
  if (!product) return 'unknown-product';
  if (permissions.some(({ granted, needed }) => granted && needed === 'no')) return 'more';
  if (permissions.some(({ granted }) => !granted)) return 'less';
  return isSeenWhole ? 'as-documented' : 'unknown';
}
