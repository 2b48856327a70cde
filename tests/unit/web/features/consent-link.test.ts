import { describe, expect, it } from 'vitest';
import { consentLink, readConsentAnswer } from '../../../../web/lib/features/operator/consent-link.ts';

const tenantId = '0e079bda-2591-418f-ae02-38c0a058342b';

describe('the consent link', () => {
  it('asks one tenant for what the app declares, and comes back with its word', () => {
    const link = new URL(
      consentLink({
        login: 'https://login.microsoftonline.com',
        clientId: 'c103f75c-50df-4a0d-bea4-f4750457b86f',
        tenantId,
        redirectUri: 'https://holdfast.example/consent',
        state: 'a b&c',
      }),
    );
    expect(link.origin + link.pathname).toBe(
      `https://login.microsoftonline.com/${tenantId}/v2.0/adminconsent`,
    );
    expect(Object.fromEntries(link.searchParams)).toEqual({
      client_id: 'c103f75c-50df-4a0d-bea4-f4750457b86f',
      scope: 'https://graph.microsoft.com/.default',
      redirect_uri: 'https://holdfast.example/consent',
      state: 'a b&c',
    });
  });
});

describe('its answer', () => {
  const read = (query: string) => readConsentAnswer(new URLSearchParams(query));

  it('names a tenant and a word, or a refusal', () => {
    expect(read(`admin_consent=True&tenant=${tenantId.toUpperCase()}&state=abc`)).toEqual({
      tenantId,
      state: 'abc',
      refused: false,
      forCheck: false,
    });
    expect(read('admin_consent=True&error=consent_required&error_description=AADSTS65004&state=abc')).toEqual(
      {
        tenantId: null,
        state: 'abc',
        refused: true,
        forCheck: false,
      },
    );
  });

  it('of a check is known by its word', () => {
    const tenant = `admin_consent=True&tenant=${tenantId}&state=consent`;
    expect(read(tenant)).toMatchObject({ forCheck: true, refused: false });
    expect(read('admin_consent=True&error=consent_required&state=consent')).toMatchObject({
      forCheck: true,
      refused: true,
    });
  });

  it.each(['', 'tenant=contoso.example', 'tenant=<script>', `tenant=${tenantId}0`])(
    'names no tenant: %s',
    (query) => {
      expect(read(query).tenantId).toBeNull();
    },
  );
});
