/** What the relay promises on every runtime, in front of a tenant that verifies assertions for real. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signAssertion } from '../../workers/access/assertion.ts';
import { createDeviceKey, type DeviceKey } from '../../workers/access/device-key.ts';
import { readClaims } from '../../workers/access/token-claims.ts';
import { systemClock, systemRandom } from '../../workers/kernel/clock.ts';
import { replaceKeys } from '../tenant/directory/credentials.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { installedApp } from '../unit/tenant/core/clients.ts';

export interface RunningRelay {
  readonly tenant: Tenant;
  /** `http://127.0.0.1:1234`: the origin of pages that may ask. */
  readonly origin: string;
  ask(path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

export function describeRelay(runtime: string, start: () => Promise<RunningRelay>): void {
  const deps = { clock: systemClock, random: systemRandom };

  describe(`the relay on ${runtime}`, () => {
    let relay: RunningRelay;
    let key: DeviceKey;
    beforeAll(async () => {
      relay = await start();
      key = await createDeviceKey(relay.tenant.tenantId, deps);
    }, 180_000);
    afterAll(() => relay?.close());

    const post = (body: unknown, headers: Record<string, string> = {}) =>
      relay.ask('/relay/v1/token', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Origin: relay.origin, ...headers },
        body: JSON.stringify(body),
      });
    const request = async (clientId: string) => ({
      cloud: 'global',
      scope: 'graph',
      tenantId: key.tenantId,
      clientId,
      assertion: await signAssertion(key, clientId, deps),
    });

    function install(roles: readonly string[]): string {
      const { app } = installedApp(relay.tenant.world, roles);
      const credential = {
        type: 'AsymmetricX509Cert',
        usage: 'Verify',
        key: Buffer.from(key.certificate).toString('base64'),
      };
      replaceKeys(relay.tenant.world, app, [credential]);
      return app.appId;
    }

    it('is up', async () => {
      const response = await relay.ask('/relay/healthz');
      expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
      expect(response.headers.get('cache-control')).toBe('no-store');
    });

    it('brings a token with the roles of the app for an assertion that Entra accepts', async () => {
      const response = await post(await request(install(['Mail.Read', 'User.Read.All'])));
      expect(response.status).toBe(200);
      const { access_token, ...rest } = (await response.json()) as { access_token: string };
      expect(rest).toEqual({ token_type: 'Bearer', expires_in: 3599 });
      expect(readClaims(access_token)).toMatchObject({
        tid: key.tenantId,
        roles: ['Mail.Read', 'User.Read.All'],
      });
      expect(response.headers.get('access-control-allow-origin')).toBe(relay.origin);
    });

    it('hands on Entra’s refusal of a certificate that is not registered', async () => {
      const { app } = installedApp(relay.tenant.world);
      const response = await post(await request(app.appId));
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        code: 'entra-refused',
        entra: { error: 'invalid_client', error_codes: [700027] },
      });
    });

    it('carries an assertion once', async () => {
      const body = await request(install([]));
      expect((await post(body)).status).toBe(200);
      expect(await (await post(body)).json()).toMatchObject({ code: 'assertion-replayed' });
    });

    it('sends nothing to Entra for a foreign page or a spoilt request', async () => {
      const body = await request(install([]));
      const before = relay.tenant.world.ledger.counts().exchanges;
      expect((await post(body, { Origin: 'https://evil.example' })).status).toBe(403);
      expect((await post({ ...body, tenantId: 'common' })).status).toBe(400);
      expect((await post({ ...body, clientId: key.tenantId })).status).toBe(400);
      expect((await post({ ...body, pad: 'x'.repeat(9_000) })).status).toBe(413);
      expect((await relay.ask('/relay/v1/ews', { method: 'POST' })).status).toBe(404);
      expect(relay.tenant.world.ledger.counts().exchanges).toBe(before);
      expect(before).toBeGreaterThan(0);
    });
  });
}
