/** Where an administrator consents for the whole organisation (learn.microsoft.com/entra/identity-platform/v2-admin-consent). */
import type { EngineConfig } from '../contract/engine-api.ts';

/** `tenantId` undefined: that of whoever opens it. */
export function consentLink(
  { cloud, registratorClientId, redirectUri }: EngineConfig,
  scopes: readonly string[],
  tenantId = 'organizations',
): string {
  const query = new URLSearchParams({
    client_id: registratorClientId ?? '',
    scope: scopes.map((scope) => `https://graph.microsoft.com/${scope}`).join(' '),
    ...(redirectUri === undefined ? {} : { redirect_uri: redirectUri }),
    state: 'consent',
  });
  return `${cloud.login}/${tenantId}/v2.0/adminconsent?${query.toString()}`;
}
