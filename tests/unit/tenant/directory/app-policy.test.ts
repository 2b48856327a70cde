import { beforeEach, describe, expect, it } from 'vitest';
import { errorCode, type Json } from '../core/clients.ts';
import { selfSigned } from '../core/self-signed.ts';
import { openTenant, patch, post, register, tenant } from './applications-world.ts';

beforeEach(openTenant);

const lasting = (days: number) => ({
  type: 'AsymmetricX509Cert',
  usage: 'Verify',
  key: selfSigned('CN=device', days).der.toString('base64'),
});

/** A `PATCH` that adds one certificate to those the application has. */
async function add(app: Json, days: number) {
  const found = tenant.world.directory.apps.application(String(app['id']));
  const keyCredentials = [...(found?.keys ?? []), lasting(days)];
  return patch(`/applications/${String(app['id'])}`, { keyCredentials });
}

describe('K16: the app management policy, of certificates', () => {
  it.each([
    ['allowed', 90, undefined],
    ['short', 90, 'CredentialInvalidLifetimeAsPerAppPolicy'],
    ['short', 29, undefined],
    ['refused', 29, 'CredentialTypeNotAllowedAsPerAppPolicy'],
  ] as const)('%s, of %i days: %s', async (appCertificates, days, code) => {
    const app = await register();
    tenant.world.switches.appCertificates = appCertificates;
    const { status, json } = await add(app, days);
    expect([status, errorCode(json)]).toEqual([code ? 400 : 204, code]);
  });

  it('leaves alone those an application has already', async () => {
    const app = await register();
    await add(app, 90);
    tenant.world.switches.appCertificates = 'short';
    expect((await add(app, 20)).status).toBe(204);
    expect(tenant.world.directory.apps.application(String(app['id']))?.keys).toHaveLength(2);
  });

  it('counts when an application is registered with one', async () => {
    tenant.world.switches.appCertificates = 'refused';
    const before = tenant.world.directory.apps.applications().length;
    const made = await post('/applications', { displayName: 'Backup', keyCredentials: [lasting(10)] });
    expect(errorCode(made.json)).toBe('CredentialTypeNotAllowedAsPerAppPolicy');
    expect(tenant.world.directory.apps.applications()).toHaveLength(before);
  });
});
