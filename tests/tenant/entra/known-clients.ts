/** Apps that exist before anybody registers one: an operator's, and two for foreign tools. */
import type { Entity } from '../graph/odata.ts';
import { isoSeconds } from '../world/clock.ts';
import type { World } from '../world/world.ts';

export const clientIds = {
  /** A multi-tenant single-page app, registered in its publisher's tenant. */
  registrator: '5d3f0a52-8c1b-4b0e-9a57-2f6f7f1f4c01',
  /** A native app on localhost, without a secret. */
  native: '5d3f0a52-8c1b-4b0e-9a57-2f6f7f1f4c02',
  /** A web app on localhost with a secret, as rclone and the like expect. */
  web: '5d3f0a52-8c1b-4b0e-9a57-2f6f7f1f4c03',
} as const;

/** Not a secret: it opens nothing but the simulated tenant. */
export const webClientSecret = 'sim~web-client-secret-of-the-simulated1';

export const defaultRedirects = [
  'http://localhost:4173/auth/redirect.html',
  'http://127.0.0.1:4173/auth/redirect.html',
];

const graph = '00000003-0000-0000-c000-000000000000';
const registratorScopes = [
  '0e263e50-5827-48a4-b97c-d940288653c7',
  '7427e0e9-2fba-42fe-b0c0-848c9e6a8182',
  '14dad69e-099b-42c9-810b-d002981feec1',
  '37f7f235-527c-4136-accd-4a02d197296e',
];

export function addKnownClients(world: World, redirects: readonly string[]): void {
  const { apps } = world.directory;
  const add = (appId: string, fields: Entity) => apps.addApplication({ appId, foreign: true, fields });
  add(clientIds.registrator, {
    displayName: 'Holdfast Registrator',
    signInAudience: 'AzureADMultipleOrgs',
    groupMembershipClaims: 'DirectoryRole',
    spa: { redirectUris: [...redirects] },
    requiredResourceAccess: [
      { resourceAppId: graph, resourceAccess: registratorScopes.map((id) => ({ id, type: 'Scope' })) },
    ],
  });
  add(clientIds.native, {
    displayName: 'Native test client',
    signInAudience: 'AzureADMultipleOrgs',
    publicClient: { redirectUris: ['http://localhost', 'http://localhost/', 'http://127.0.0.1/'] },
  });
  const web = add(clientIds.web, {
    displayName: 'Web test client',
    signInAudience: 'AzureADMultipleOrgs',
    web: {
      redirectUris: ['http://localhost:53682/', 'http://127.0.0.1:53682/', 'http://localhost/callback'],
    },
  });
  web.passwords.push({
    keyId: '5d3f0a52-8c1b-4b0e-9a57-2f6f7f1f4c13',
    displayName: 'for tests',
    hint: webClientSecret.slice(0, 3),
    secretText: webClientSecret,
    startDateTime: isoSeconds(world.clock.now()),
    endDateTime: isoSeconds(world.clock.now() + 10 * 365 * 24 * 3600 * 1000),
    addedAt: 0,
  });
}
