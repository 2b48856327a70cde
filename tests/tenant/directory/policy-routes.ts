/** `/policies/defaultAppManagementPolicy`: what the switch `appCertificates` means, as an administrator would read it. */
import { Hono } from 'hono';
import type { GraphEnv } from '../graph/context.ts';
import type { Entity } from '../graph/odata.ts';
import type { World } from '../world/world.ts';
import { metadata } from './answer.ts';

const since = '2019-01-01T00:00:00Z';

/** Microsoft Learn, "keyCredentialConfiguration": a longest lifetime, or only certificates of a trusted authority. */
function certificateRules({ switches }: World): Entity[] {
  const rule = { state: 'enabled', restrictForAppsCreatedAfterDateTime: since, excludeActors: null };
  switch (switches.appCertificates) {
    case 'short':
      return [{ ...rule, restrictionType: 'asymmetricKeyLifetime', maxLifetime: 'P30D' }];
    case 'refused':
      return [{ ...rule, restrictionType: 'trustedCertificateAuthority', maxLifetime: null }];
    default:
      return [];
  }
}

export function policyRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  routes.get('/policies/defaultAppManagementPolicy', (c) => {
    const keyCredentials = certificateRules(c.get('world'));
    return c.json({
      '@odata.context': metadata('policies/defaultAppManagementPolicy/$entity'),
      id: '00000000-0000-0000-0000-000000000000',
      displayName: 'Default app management tenant policy',
      description: 'Default tenant policy that enforces app management restrictions.',
      isEnabled: keyCredentials.length > 0,
      applicationRestrictions: { passwordCredentials: [], keyCredentials },
      servicePrincipalRestrictions: { passwordCredentials: [], keyCredentials: [] },
    });
  });
  return routes;
}
