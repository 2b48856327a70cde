/** How much a check asks for, and what it writes: nothing, whoever looks. */
import { describe, expect, it } from 'vitest';
import { readConsentAnswer } from '../../web/lib/features/operator/consent-link.ts';
import type { TenantOptions } from '../tenant/tenant.ts';
import { roleIds } from '../tenant/directory/roles.ts';
import { redirectUri } from '../unit/tenant/core/clients.ts';
import { engineWorld, value } from './engine-world.ts';

const reader = 'rita@contoso.example';

async function world(options: TenantOptions) {
  const made = await engineWorld({ log: true, ...options });
  const { tenant, api } = made;
  const { directory } = tenant.world;
  directory.addUser({
    userPrincipalName: reader,
    displayName: 'Rita Reader',
    roles: [roleIds.globalReader],
  });
  // An administrator has consented to the check.
  value(await api.check(() => {}, true));
  const seen = (): readonly Exchange[] => tenant.log?.exchanges ?? [];
  return { ...made, since: async <T>(work: () => Promise<T>) => since(seen, work) };
}

type Exchange = { readonly method: string; readonly url: string; readonly requestBody: unknown };

async function since<T>(seen: () => readonly Exchange[], work: () => Promise<T>) {
  const before = seen().length;
  const result = await work();
  return { result, exchanges: seen().slice(before) };
}

const ofGraph = (exchanges: readonly Exchange[]) =>
  exchanges.filter(
    ({ url, method }) => method !== 'OPTIONS' && new URL(url).hostname === 'graph.microsoft.com',
  );

const isToken = ({ method, url }: Exchange): boolean => isPostOf('token', { method, url });
/** The form of Microsoft's own page, in which the person says who they are. */
const isSignIn = ({ method, url }: Exchange): boolean => isPostOf('authorize', { method, url });

function isPostOf(what: string, { method, url }: Pick<Exchange, 'method' | 'url'>): boolean {
  const { hostname, pathname } = new URL(url);
  return (
    method === 'POST' && hostname === 'login.microsoftonline.com' && pathname.endsWith(`/oauth2/v2.0/${what}`)
  );
}

/** Whatever was asked of Microsoft that is no reading, sign-in or token, as text; of a batch each part. */
function writes(exchanges: readonly Exchange[]): string[] {
  return exchanges.flatMap((exchange) => {
    const { method, url, requestBody } = exchange;
    if (/^(GET|OPTIONS)$/.test(method) || isToken(exchange) || isSignIn(exchange)) return [];
    if (!url.endsWith('/$batch')) return [`${method} ${url}`];
    const { requests } = JSON.parse(String(requestBody)) as { requests: { method: string; url: string }[] };
    return requests.filter((one) => one.method !== 'GET').map((one) => `${one.method} ${one.url}`);
  });
}

/** Requests that a person waits for, signing in included. */
const countOf = (exchanges: readonly Exchange[]): number =>
  exchanges.filter(({ method }) => method !== 'OPTIONS').length;

describe('the quick check of a Global Reader', () => {
  it('takes no more than 15 exchanges for 200 accounts, and writes nothing', async () => {
    const { reloadAs, since } = await world({ accounts: 200 });
    const api = await reloadAs(reader);
    const { result, exchanges } = await since(async () => value(await api.check(() => {}, true)));
    expect(result.accounts?.users).toBeGreaterThan(195);
    expect(result).toMatchObject({ depth: 'quick', roles: ['Global Reader'] });
    // Those of the sign-in are in the log as well.
    expect(countOf(exchanges)).toBeLessThanOrEqual(15);
    expect(exchanges.some(isToken)).toBe(true);
    expect(result.exchanges).toBe(ofGraph(exchanges).length);
    expect(result.exchanges).toBeLessThanOrEqual(4);
    expect(writes(exchanges)).toEqual([]);
    // Nor does the sign-in ask for a right to change anything.
    const asked = exchanges.map(({ url, requestBody }) =>
      decodeURIComponent(`${url} ${String(requestBody)}`),
    );
    expect(asked.filter((text) => /AccessAsUser|Write/.test(text))).toEqual([]);
  });

  it('leaves the directory as it was', async () => {
    const { reloadAs, tenant } = await world({ accounts: 200 });
    const { directory } = tenant.world;
    const state = () =>
      structuredClone({
        users: directory.users(),
        apps: directory.apps.applications(),
        principals: directory.apps.servicePrincipals().map(({ id, fields }) => ({ id, fields })),
        assignments: directory.grants.assignments(),
        scopes: directory.grants.scopeGrants(),
      });
    const api = await reloadAs(reader);
    const before = state();
    value(await api.check(() => {}, true));
    expect(state()).toEqual(before);
  });

  it('counts accounts page by page, while it reads everything else', async () => {
    const { reloadAs } = await world({ accounts: 2_500 });
    const api = await reloadAs(reader);
    const notes: string[] = [];
    const { accounts, exchanges } = value(await api.check((note) => notes.push(note), true));
    expect((accounts?.users ?? 0) + (accounts?.guests ?? 0)).toBe(2_501);
    // Two for the tenant and its apps, one for each page.
    expect(exchanges).toBe(2 + 3);
    const counted = notes.filter((note) => note.startsWith('Counting accounts'));
    expect(counted).toEqual(['Counting accounts: 999', 'Counting accounts: 1998', 'Counting accounts: 2501']);
  });
});

describe('the full check', () => {
  it.each(['read-only', 'reference'] as const)(
    'of the profile %s takes no more than 25 exchanges for 200 accounts, and writes nothing',
    async (profile) => {
      const { api, tenant, since } = await world({ accounts: 200 });
      value(await api.onboard(profile, () => {}));
      const look = () => api.checkFully(tenant.tenantId, () => {});
      const { result, exchanges } = await since(async () => value(await look()));
      expect(result).toMatchObject({ depth: 'full', profile });
      expect((result.accounts?.users ?? 0) + (result.accounts?.guests ?? 0)).toBe(201);
      // Signing in is not the check's; the app's token, had through the relay, is.
      const ofApp = exchanges.filter(
        (one) => isToken(one) && String(one.requestBody).includes('client_assertion='),
      );
      expect(ofApp).toHaveLength(1);
      expect(result.exchanges).toBe(ofGraph(exchanges).length + 1);
      expect(result.exchanges).toBeLessThanOrEqual(25);
      // That token, two for the tenant, a page, and one for each ten accounts: what may be read is told by the token.
      expect(result.exchanges).toBe(1 + 2 + 1 + 20);
      expect(writes(exchanges)).toEqual([]);
    },
  );

  it('sees what is in the token, and what each mailbox is', async () => {
    const { api, tenant } = await world({});
    value(await api.onboard('read-only', () => {}));
    const look = () => api.checkFully(tenant.tenantId, () => {});
    const result = value(await look());
    expect(result.accounts).toMatchObject({ shared: 1, rooms: 1 });
    const inToken = result.permissions.filter((row) => row.inToken === 'yes' && row.app === 'backup');
    expect(inToken.map(({ claim }) => claim).toSorted()).toEqual([
      'Files.Read.All',
      'Mail.Read',
      'MailboxSettings.Read',
      'User.Read.All',
    ]);
  });

  it('says that this device is not connected where it is not', async () => {
    const { api, tenant } = await world({});
    expect(await api.checkFully(tenant.tenantId, () => {})).toMatchObject({
      ok: false,
      error: { code: 'input/not-connected' },
    });
  });
});

it('where nobody may consent it gives an administrator’s link, and goes on with less', async () => {
  const { reloadAs, tenant } = await engineWorld({});
  const api = await reloadAs('jonas@contoso.example');
  const refused = await api.check(() => {}, true);
  expect(refused).toMatchObject({ ok: false, error: { code: 'sign-in/consent-missing' } });
  const link = new URL(refused.ok ? '' : String(refused.error.facts?.['consentLink']));
  expect(link.pathname).toBe('/organizations/v2.0/adminconsent');
  expect(link.searchParams.get('scope')).toBe(
    'https://graph.microsoft.com/User.Read https://graph.microsoft.com/Directory.Read.All',
  );
  const less = value(await api.check(() => {}, true, 'own'));
  expect(less).toMatchObject({ tenantId: tenant.tenantId, accounts: null });
  expect(less.findings.map(({ id }) => id)).toEqual(['consent']);
  expect(new URL(less.findings[0]?.link?.href ?? '').pathname).toBe(`/${tenant.tenantId}/v2.0/adminconsent`);
  // The administrator comes out at the one registered address, with what the page knows it by.
  const account = tenant.world.directory.user('ada@contoso.example')?.id ?? '';
  for (const consent of ['no', 'yes']) {
    const body = new URLSearchParams({ account, consent });
    const answer = await tenant.fetch(new Request(link, { method: 'POST', body }));
    const back = new URL(answer.headers.get('location') ?? '');
    expect(back.origin + back.pathname).toBe(redirectUri);
    expect(back.searchParams.get('admin_consent')).toBe('True');
    expect(readConsentAnswer(back.searchParams)).toMatchObject({ forCheck: true, refused: consent === 'no' });
  }
  expect(await api.check(() => {}, true)).toMatchObject({ ok: true });
});
