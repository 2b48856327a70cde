import { beforeEach, describe, expect, it } from 'vitest';
import type { FaultRule } from '../../../tenant/faults.ts';
import { startTenant, type Tenant } from '../../../tenant/tenant.ts';
import { appToken, call, installedApp, tokenRequest } from '../core/clients.ts';
import { amy, smallTenant } from '../core/start.ts';

let tenant: Tenant;
let token: string;
beforeEach(async () => {
  tenant = await smallTenant();
  token = await appToken(tenant, ['User.ReadWrite.All']);
});

const lose = (match: FaultRule['match']) => tenant.world.faults.set([{ match, answer: { lost: true } }]);
const rename = (displayName: string) => ({ method: 'PATCH', body: { displayName } });
const nameOf = (upn: string) => tenant.world.directory.user(upn)?.displayName;

describe('an answer that is lost on its way', () => {
  it('is of a call that was performed', async () => {
    lose({ method: 'PATCH', route: '/users/{id}', times: 1 });
    await expect(call(tenant, token, `/users/${amy}`, rename('Amy Baker'))).rejects.toThrow('reset');
    expect(nameOf(amy)).toBe('Amy Baker');
    expect(tenant.world.ledger.counts().units['PATCH graph.microsoft.com/users/{id} 204']).toBe(1);
    expect((await call(tenant, token, `/users/${amy}`, rename('Amy Carver'))).status).toBe(204);
  });

  it('takes the whole $batch with it, of which every part was performed', async () => {
    lose({ route: `/users/${amy}` });
    const headers = { 'Content-Type': 'application/json' };
    const part = (id: string, upn: string, dependsOn: string[] = []) => {
      const body = { displayName: `Part ${id}` };
      return { id, method: 'PATCH', url: `/users/${upn}`, headers, body, dependsOn };
    };
    const carl = 'carl@contoso.example';
    const body = { requests: [part('1', amy), part('2', carl, ['1'])] };
    await expect(call(tenant, token, '/$batch', { method: 'POST', body })).rejects.toThrow('reset');
    expect([nameOf(amy), nameOf(carl)]).toEqual(['Part 1', 'Part 2']);
  });

  it('may be one of the other services', async () => {
    lose({ host: 'login.microsoftonline.com' });
    const { app, secret } = installedApp(tenant.world);
    const form = { grant_type: 'client_credentials', client_id: app.appId, client_secret: secret };
    const scope = 'https://graph.microsoft.com/.default';
    await expect(tokenRequest(tenant, { ...form, scope })).rejects.toThrow('reset');
    expect(Object.keys(tenant.world.ledger.counts().units).at(-1)).toMatch(/^POST login.* 200$/);
  });

  it('breaks a real connection', async () => {
    const served = await startTenant({ seed: 'empty', port: 0 });
    served.world.faults.set([{ match: { host: 'login.microsoftonline.com' }, answer: { lost: true } }]);
    await expect(fetch(`${served.urls.login}/common/discovery/v2.0/keys`)).rejects.toThrow();
    expect(served.world.ledger.counts().totalUnits).toBe(1);
    await served.close();
  });
});
