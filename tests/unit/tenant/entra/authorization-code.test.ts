import { beforeEach, describe, expect, it } from 'vitest';
import { clientIds } from '../../../tenant/entra/known-clients.ts';
import type { Tenant } from '../../../tenant/tenant.ts';
import {
  authorizeUrl,
  page,
  pkce,
  redeemCode,
  redirectUri,
  signIn,
  tokenRequest,
  type Json,
} from '../core/clients.ts';
import { amy, smallTenant } from '../core/start.ts';

const request = { clientId: clientIds.registrator, scope: 'openid User.Read', upn: amy };

let tenant: Tenant;
beforeEach(async () => {
  tenant = await smallTenant();
});

const open = async (more: Record<string, string>, without: readonly string[] = []) => {
  const url = authorizeUrl({ ...request, more }, pkce().challenge);
  for (const name of without) url.searchParams.delete(name);
  const response = await tenant.fetch(new Request(url));
  return { status: response.status, location: response.headers.get('location'), text: await response.text() };
};

describe('K2: a request for an authorization code', () => {
  it.each([
    ['of an unknown client', { client_id: '11111111-2222-4333-8444-555555555555' }, 'AADSTS700016'],
    ['to an address that is not the client’s', { redirect_uri: `${redirectUri}/x` }, 'AADSTS50011'],
  ])('%s ends on a page of Entra’s own', async (_, more, code) => {
    const { status, location, text } = await open(more);
    expect([status, location]).toEqual([400, null]);
    expect(text).toContain(code);
  });

  it.each([
    ['without a challenge', {}, ['code_challenge', 'code_challenge_method']],
    ['with a challenge in plain text', { code_challenge_method: 'plain' }, []],
  ])('of a page %s goes back as an error, in the fragment and with its state', async (_, more, without) => {
    const { status, location } = await open(more, without);
    const [address, fragment] = (location ?? '').split('#');
    const values = new URLSearchParams(fragment);
    expect([status, address]).toEqual([302, redirectUri]);
    expect([values.get('error'), values.get('state')]).toEqual(['invalid_request', 'state-1']);
    expect(values.get('error_description')).toContain('AADSTS9002325');
    expect(values.has('code')).toBe(false);
  });

  it('is answered in the fragment, with its state as it was given', async () => {
    const state = 'a b&c=d/é#"';
    const { location, values } = await signIn(tenant, { ...request, more: { state } });
    expect(location.startsWith(`${redirectUri}#`)).toBe(true);
    expect([values.get('state'), values.has('code')]).toEqual([state, true]);
  });

  it('gives a code that is good once', async () => {
    const { form, response } = await redeemCode(tenant, request);
    expect(response.status).toBe(200);
    const again = await tokenRequest(tenant, form, { Origin: page });
    expect([again.status, ((await again.json()) as Json)['error_codes']]).toEqual([400, [54005]]);
  });

  it.each([
    ['just under ten minutes', 10 * 60_000 - 1000, 200, undefined],
    ['no longer than ten minutes', 10 * 60_000 + 1000, 400, [70008]],
  ])('gives a code that is good for %s', async (_, age, status, codes) => {
    const { values, verifier } = await signIn(tenant, request);
    tenant.world.clock.advance(age);
    const form = {
      grant_type: 'authorization_code',
      client_id: request.clientId,
      code: values.get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: verifier,
    };
    const response = await tokenRequest(tenant, form, { Origin: page });
    expect([response.status, ((await response.json()) as Json)['error_codes']]).toEqual([status, codes]);
  });
});
