/** An administrator of a small tenant who registers, installs and grants. */
import { clientIds } from '../../../tenant/entra/known-clients.ts';
import { graphAppId } from '../../../tenant/directory/resources.ts';
import type { Tenant } from '../../../tenant/tenant.ts';
import { call, userToken, type Call, type Json } from '../core/clients.ts';
import { selfSigned } from '../core/self-signed.ts';
import { admin, smallTenant } from '../core/start.ts';

export const mailReadWrite = 'e2a3a72e-5f79-4c64-b1b1-878b674786c9';
export const scope = 'openid https://graph.microsoft.com/Directory.AccessAsUser.All';

export let tenant: Tenant;
export let token: string;

/** For `beforeEach`: the administrator, signed in to the Registrator. */
export async function openTenant(): Promise<void> {
  tenant = await smallTenant();
  token = await userToken(tenant, { clientId: clientIds.registrator, scope, upn: admin });
}

/** The token that `get`, `post` and `patch` send from now on. */
export function goOnWith(next: string): void {
  token = next;
}

export const as = (bearer: string) => (path: string, options?: Call) => call(tenant, bearer, path, options);
export const post = (path: string, body: unknown) => call(tenant, token, path, { method: 'POST', body });
export const patch = (path: string, body: unknown) => call(tenant, token, path, { method: 'PATCH', body });
export const get = (path: string) => call(tenant, token, path);

export const register = async (fields: Json = {}) =>
  (await post('/applications', { displayName: 'Backup', ...fields })).json;
export const install = async (appId: unknown) => (await post('/servicePrincipals', { appId })).json;
export const graphId = () => tenant.world.directory.apps.servicePrincipalByAppId(graphAppId)?.id ?? '';

export const certificate = (subject: string) => {
  const { der, privateKey } = selfSigned(subject);
  const credential = { type: 'AsymmetricX509Cert', usage: 'Verify', key: der.toString('base64') };
  return { credential, privateKey };
};
