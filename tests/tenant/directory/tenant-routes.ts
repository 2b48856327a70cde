/** The tenant itself: organization, domains, subscriptions. */
import { Hono, type Context } from 'hono';
import type { GraphEnv } from '../graph/context.ts';
import type { Entity } from '../graph/odata.ts';
import type { World } from '../world/world.ts';
import { many, notFound, one } from './answer.ts';
import { companySubscriptions, provisionedPlans, subscribedSkus, tenantPlans } from './subscriptions.ts';

type C = Context<GraphEnv>;

const foundedAt = '2023-05-15T09:00:00Z';

function domains(world: World): Entity[] {
  const { name, domain } = world.tenant;
  const initial = `${name}.onmicrosoft.com`;
  return [...new Set([domain, initial])].map((id) => ({
    authenticationType: 'Managed',
    availabilityStatus: null,
    id,
    isAdminManaged: true,
    isDefault: id === domain,
    isInitial: id === initial,
    isRoot: true,
    isVerified: true,
    supportedServices: ['Email', 'OfficeCommunicationsOnline'],
    passwordValidityPeriodInDays: 2147483647,
    passwordNotificationWindowInDays: 14,
    state: null,
  }));
}

function organization(world: World): Entity {
  return {
    id: world.tenant.id,
    deletedDateTime: null,
    businessPhones: [],
    city: null,
    country: null,
    countryLetterCode: 'DE',
    createdDateTime: foundedAt,
    defaultUsageLocation: null,
    displayName: world.tenant.displayName,
    marketingNotificationEmails: [],
    mobileDeviceManagementAuthority: 'unknown',
    onPremisesLastSyncDateTime: null,
    onPremisesSyncEnabled: null,
    partnerTenantType: null,
    postalCode: null,
    preferredLanguage: 'en',
    privacyProfile: null,
    securityComplianceNotificationMails: [],
    securityComplianceNotificationPhones: [],
    state: null,
    street: null,
    technicalNotificationMails: [],
    tenantType: 'AAD',
    assignedPlans: tenantPlans(world, foundedAt),
    provisionedPlans: provisionedPlans(world),
    verifiedDomains: domains(world).map((domain) => ({
      capabilities: 'Email, OfficeCommunicationsOnline',
      isDefault: domain['isDefault'],
      isInitial: domain['isInitial'],
      name: domain['id'],
      type: 'Managed',
    })),
  };
}

const find = (c: C, entities: readonly Entity[]): Entity => {
  const id = c.req.param('id') ?? '';
  const [, key = 'id', value = id] = /^(\w+)=(.+)$/.exec(id) ?? [];
  const found = entities.find((entity) => entity[key] === value);
  if (!found) throw notFound(id);
  return found;
};

export function tenantRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  routes.get('/organization', (c) => many(c, 'organization', [organization(c.get('world'))]));
  routes.get('/organization/:id', (c) =>
    one(c, 'organization/$entity', find(c, [organization(c.get('world'))])),
  );
  routes.get('/domains', (c) => many(c, 'domains', domains(c.get('world')), { isWhole: true }));
  routes.get('/domains/:id', (c) => one(c, 'domains/$entity', find(c, domains(c.get('world')))));
  routes.get('/subscribedSkus', (c) =>
    many(c, 'subscribedSkus', subscribedSkus(c.get('world')), { isWhole: true }),
  );
  routes.get('/subscribedSkus/:id', (c) =>
    one(c, 'subscribedSkus/$entity', find(c, subscribedSkus(c.get('world')))),
  );
  const bought = (c: C) => companySubscriptions(c.get('world'), foundedAt);
  routes.get('/directory/subscriptions', (c) => many(c, 'directory/subscriptions', bought(c)));
  routes.get('/directory/subscriptions/:id', (c) =>
    one(c, 'directory/subscriptions/$entity', find(c, bought(c))),
  );
  return routes;
}
