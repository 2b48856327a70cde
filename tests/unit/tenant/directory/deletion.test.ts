import { beforeEach, describe, expect, it } from 'vitest';
import { decodeToken } from '../../../tenant/entra/jwt.ts';
import { call, installedApp, tokenRequest, type Json } from '../core/clients.ts';
import {
  get,
  graphId,
  install,
  openTenant,
  patch,
  post,
  register,
  tenant,
  token,
} from './applications-world.ts';

beforeEach(openTenant);

describe('what was deleted, until that has replicated', () => {
  const remove = (path: string) => call(tenant, token, path, { method: 'DELETE' });
  beforeEach(() => {
    tenant.world.replication.deletionMs = 5000;
  });

  it('is still read, as it was, and cannot be written', async () => {
    const app = `/applications/${String((await register())['id'])}`;
    const before = (await get(app)).json;
    expect((await remove(app)).status).toBe(204);
    expect((await get(app)).json).toEqual(before);
    const listed = async () => ((await get('/applications')).json['value'] as Json[]).map((one) => one['id']);
    expect(await listed()).toContain(before['id']);
    expect((await patch(app, { notes: 'x' })).status).toBe(404);
    expect((await remove(app)).status).toBe(404);
    tenant.world.clock.advance(5000);
    expect([(await get(app)).status, (await listed()).includes(before['id'])]).toEqual([404, false]);
  });

  it('can be made again under its unique name', async () => {
    const fields = { uniqueName: 'backup' };
    const first = await register(fields);
    await remove(`/applications/${String(first['id'])}`);
    const again = await call(tenant, token, "/applications(uniqueName='backup')", {
      method: 'PATCH',
      body: { displayName: 'Backup' },
      headers: { Prefer: 'create-if-missing' },
    });
    expect([again.status, again.json['id'] === first['id']]).toEqual([201, false]);
  });

  it('is a role in tokens, and an assignment in lists', async () => {
    const { app, principal, secret } = installedApp(tenant.world, ['Mail.Read']);
    const roles = async () => {
      const answer = await tokenRequest(tenant, {
        grant_type: 'client_credentials',
        client_id: app.appId,
        client_secret: secret,
        scope: 'https://graph.microsoft.com/.default',
      });
      return decodeToken(String(((await answer.json()) as Json)['access_token']))?.claims['roles'];
    };
    const path = `/servicePrincipals/${principal.id}/appRoleAssignments`;
    const [assignment] = (await get(path)).json['value'] as Json[];
    expect((await remove(`${path}/${String(assignment?.['id'])}`)).status).toBe(204);
    expect((await remove(`${path}/${String(assignment?.['id'])}`)).status).toBe(404);
    expect([(await get(path)).json['value'], await roles()]).toEqual([[assignment], ['Mail.Read']]);
    tenant.world.clock.advance(5000);
    expect([(await get(path)).json['value'], await roles()]).toEqual([[], undefined]);
  });

  it('is a grant', async () => {
    const principal = await install((await register())['appId']);
    const given = await post('/oauth2PermissionGrants', {
      clientId: principal['id'],
      resourceId: graphId(),
      consentType: 'AllPrincipals',
      scope: 'User.Read',
    });
    const path = `/oauth2PermissionGrants/${String(given.json['id'])}`;
    await remove(path);
    expect([(await get(path)).status, (await patch(path, { scope: '' })).status]).toEqual([200, 404]);
    tenant.world.clock.advance(5000);
    expect((await get(path)).status).toBe(404);
  });
});
