/** One multi-tenant app in two tenants: registered at home, installed by the customer's administrator. */
import type { World } from '../world/world.ts';

/**
 * From now on the customer's sign-in service knows an app that another tenant registered. Its credentials and fields are
 * read from there at each use, so that a certificate added at home counts everywhere. Nothing is consented to yet. Throws
 * a RangeError where home has no such app, or it is for its own tenant only.
 */
export function shareApp(home: World, customer: World, appId: string): void {
  const app = home.directory.apps.applicationByAppId(appId);
  if (!app) throw new RangeError(`${home.tenant.displayName} has no app ${appId}`);
  if ((app.fields['signInAudience'] ?? 'AzureADMyOrg') === 'AzureADMyOrg')
    throw new RangeError(`${appId} is for its own tenant only`);
  const { id } = app;
  const publisherTenantId = home.tenant.id;
  const shared = customer.directory.apps.addApplication({
    id,
    appId: app.appId,
    fields: app.fields,
    foreign: true,
    publisherTenantId,
  });
  Object.defineProperties(shared, {
    fields: { get: () => app.fields },
    keys: { get: () => app.keys },
    passwords: { get: () => app.passwords },
  });
}
