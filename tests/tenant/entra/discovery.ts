/** What a client learns about the sign-in service: endpoints, keys, aliases of the host. */
import type { World } from '../world/world.ts';
import { issuerV1, issuerV2 } from './issue.ts';
import { isSharedTenant } from './request.ts';

/** `/{tenant}[/v2.0]/.well-known/openid-configuration`; shared tenants give the issuer as a template. */
export function openIdConfiguration(world: World, tenant: string, version: 1 | 2): Record<string, unknown> {
  const root = `${world.urls.login}/${tenant}`;
  const path = version === 2 ? 'oauth2/v2.0' : 'oauth2';
  const tenantId = isSharedTenant(tenant) ? '{tenantid}' : world.tenant.id;
  return {
    token_endpoint: `${root}/${path}/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: version === 2 ? `${root}/discovery/v2.0/keys` : `${root}/discovery/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: version === 2 ? issuerV2(tenantId) : issuerV1(tenantId),
    request_uri_parameter_supported: false,
    userinfo_endpoint: 'https://graph.microsoft.com/oidc/userinfo',
    authorization_endpoint: `${root}/${path}/authorize`,
    device_authorization_endpoint: `${root}/${path}/devicecode`,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    end_session_endpoint: `${root}/${path}/logout`,
    claims_supported: claims,
    tenant_region_scope: tenantId === '{tenantid}' ? null : 'EU',
    cloud_instance_name: 'microsoftonline.com',
    cloud_graph_host_name: 'graph.windows.net',
    msgraph_host: 'graph.microsoft.com',
    rbac_url: 'https://pas.windows.net',
  };
}

const claims = ['sub', 'iss', 'cloud_instance_name', 'cloud_instance_host_name', 'cloud_graph_host_name']
  .concat(['msgraph_host', 'aud', 'exp', 'iat', 'auth_time', 'acr', 'nonce', 'preferred_username', 'name'])
  .concat(['tid', 'ver', 'at_hash', 'c_hash', 'email']);

/** The key set; both old and new keys after a rotation. */
export function jsonWebKeys(world: World): Record<string, unknown> {
  return {
    keys: world.entra.signingKeys().map(({ kid, publicKey }) => ({
      ...publicKey.export({ format: 'jwk' }),
      use: 'sig',
      kid,
      x5t: kid,
      cloud_instance_name: 'microsoftonline.com',
      issuer: issuerV2('{tenantid}'),
    })),
  };
}

/** `/common/discovery/instance`: which hosts are the same cloud. */
export function instanceMetadata(world: World): Record<string, unknown> {
  return {
    tenant_discovery_endpoint: `${world.urls.login}/common/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [
      {
        preferred_network: 'login.microsoftonline.com',
        preferred_cache: 'login.windows.net',
        aliases: ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'],
      },
    ],
  };
}
