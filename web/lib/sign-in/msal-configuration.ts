/**
 * MSAL's settings. Two ways of signing in, never mixed: a popup with everything in memory (nothing is left in storage,
 * a reload forgets), and, where popups are blocked, a redirect that needs sessionStorage.
 */
import type { Configuration } from '@azure/msal-browser';
import type { CloudEndpoints } from '#workers/contract/engine-api.ts';

export type SignInWay = 'popup' | 'redirect';

/** Registered with the app as its only SPA redirect address. */
export const redirectPath = '/auth/redirect.html';

const microsoftAuthority = 'https://login.microsoftonline.com';

/** `organizations`: work accounts of any tenant, never personal ones. */
export const authorityFor = (tenantId: string | undefined): string =>
  `${microsoftAuthority}/${tenantId ?? 'organizations'}`;

export function msalConfiguration(
  clientId: string,
  cloud: CloudEndpoints,
  options: { readonly way: SignInWay; readonly origin: string },
): Configuration {
  return {
    auth: {
      clientId,
      authority: authorityFor(undefined),
      redirectUri: `${options.origin}${redirectPath}`,
      postLogoutRedirectUri: options.origin,
      // Says that a claims challenge is understood; without it Entra never sends one early.
      clientCapabilities: ['CP1'],
      ...(cloud.name === 'demo' ? demoMetadata(cloud.login) : {}),
    },
    cache: { cacheLocation: options.way === 'popup' ? 'memoryStorage' : 'sessionStorage' },
    // A person with a hardware key, a password manager and two factors needs more than MSAL's minute.
    system: { popupBridgeTimeout: 10 * 60_000, loggerOptions: { piiLoggingEnabled: false } },
  };
}

/**
 * MSAL insists on an https authority but not on https endpoints: given both documents it asks nobody, and the demo
 * tenant of this origin answers. `{tenantid}` is MSAL's own placeholder. For an authority of one tenant MSAL takes the
 * first segment of an endpoint's path for the tenant and replaces it: so that the demo's own path stays, such a segment
 * stands before it, and `..` takes it away again.
 */
function demoMetadata(
  login: string,
): Pick<Configuration['auth'], 'authorityMetadata' | 'cloudDiscoveryMetadata'> {
  const { origin, pathname } = new URL(login);
  const base = `${origin}/{tenantid}/..${pathname}/{tenantid}`;
  const host = new URL(microsoftAuthority).host;
  return {
    authorityMetadata: JSON.stringify({
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      end_session_endpoint: `${base}/oauth2/v2.0/logout`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
      issuer: `${microsoftAuthority}/{tenantid}/v2.0`,
    }),
    cloudDiscoveryMetadata: JSON.stringify({
      tenant_discovery_endpoint: `${microsoftAuthority}/organizations/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
    }),
  };
}
