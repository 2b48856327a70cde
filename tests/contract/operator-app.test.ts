/** The operator's app over two tenants: registered in one, consented to in the other. */
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApp } from '../../edge/app.ts';
import { consentLink } from '../../web/lib/features/operator/consent-link.ts';
import { createMemoryAccessStore } from '../../workers/access/access-store.ts';
import type { AccountView } from '../../workers/contract/accounts.ts';
import type { EngineApi, TokenPort } from '../../workers/contract/engine-api.ts';
import { createEngine } from '../../workers/engine.ts';
import { globalCloud } from '../../workers/graph/hosts.ts';
import { localLocks } from '../../workers/jobs/locks.ts';
import { memoryRecords } from '../../workers/jobs/records.ts';
import { memoryFiles } from '../../workers/jobs/temporary-file.ts';
import { systemRandom, type Clock } from '../../workers/kernel/clock.ts';
import { ok } from '../../workers/kernel/result.ts';
import { graphAppId } from '../tenant/directory/resources.ts';
import { decodeToken } from '../tenant/entra/jwt.ts';
import { shareApp } from '../tenant/seed/share-app.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { redirectUri, userToken } from '../unit/tenant/core/clients.ts';
import { admin, smallTenant } from '../unit/tenant/core/start.ts';
import { cheapKdf, memoryHomes, theCodec } from '../unit/workers/jobs/fakes/homes.ts';
import { passphrase, value } from './engine-world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const fabrikam = { name: 'fabrikam', displayName: 'Fabrikam Backup', domain: 'fabrikam.example' };
const app = 'https://app.test';
const deaf = () => undefined;
const readOnly = ['Mail.Read', 'Files.Read.All', 'User.Read.All', 'MailboxSettings.Read'];

let home: Tenant;
let customer: Tenant;
let clientId: string;
let api: EngineApi;

const clock: Clock = { now: () => Date.now(), sleep: async (ms) => void vi.setSystemTime(Date.now() + ms) };

/** By the tenant that an address of the sign-in service, or a token for Graph, names. */
function route(request: Request): Promise<Response> {
  const token = decodeToken((request.headers.get('authorization') ?? '').replace('Bearer ', ''));
  const named = token ? String(token.claims['tid']) : new URL(request.url).pathname.split('/')[1];
  return (named === home.tenantId ? home : customer).fetch(request);
}

/** An administrator at home, and one of the customer; each signs in only to the own tenant. */
const signIns: TokenPort = {
  acquire: async ({ clientId: client, scopes, tenantId }) => {
    const tenant = tenantId === home.tenantId ? home : customer;
    const scope = ['openid', 'profile', ...scopes.map((name) => `https://graph.microsoft.com/${name}`)];
    const accessToken = await userToken(tenant, { clientId: client, scope: scope.join(' '), upn: admin });
    const user = tenant.world.directory.user(admin);
    return ok({
      accessToken,
      expiresAt: Date.now() + 3_600_000,
      tenantId: tenant.tenantId,
      account: { objectId: user?.id ?? '', userPrincipalName: admin, name: 'Ada Admin' },
      scopes,
      directoryRoles: user?.roles ?? [],
    });
  },
};

const roleIds = (names: readonly string[]) =>
  home.world.directory.apps
    .servicePrincipalByAppId(graphAppId)
    ?.appRoles.filter(({ value: name }) => names.includes(name))
    .map(({ id }) => ({ id, type: 'Role' }));

function register(names: readonly string[]): string {
  const { appId } = home.world.directory.apps.addApplication({
    fields: {
      displayName: 'Fabrikam Backup',
      signInAudience: 'AzureADMultipleOrgs',
      spa: { redirectUris: [redirectUri] },
      requiredResourceAccess: [{ resourceAppId: graphAppId, resourceAccess: roleIds(names) }],
    },
  });
  shareApp(home.world, customer.world, appId);
  return appId;
}

/** The customer's administrator opens the link and agrees. */
async function consent(): Promise<void> {
  const { login } = globalCloud;
  const link = consentLink({ login, clientId, tenantId: customer.tenantId, redirectUri, state: 'abc' });
  const account = customer.world.directory.user(admin)?.id ?? '';
  const body = new URLSearchParams({ account, consent: 'yes' });
  const answer = await customer.fetch(new Request(link, { method: 'POST', body }));
  const back = new URL(answer.headers.get('location') ?? 'none:').searchParams;
  expect([back.get('tenant'), back.get('state')]).toEqual([customer.tenantId, 'abc']);
}

async function start(names: readonly string[] = readOnly): Promise<void> {
  clientId = register(names);
  const relay = createApp({ basePath: '/relay', origins: [], address: () => 'test' });
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => route(new Request(url, init)));
  const engine = createEngine({
    clock,
    random: systemRandom,
    fetch: async (url, init) => {
      if (!url.startsWith(app)) return route(new Request(url, init));
      const headers = new Headers(init.headers);
      headers.set('Origin', app);
      return relay.request(url, { ...init, headers });
    },
    online: () => true,
    homes: memoryHomes(),
    records: memoryRecords(),
    access: createMemoryAccessStore(),
    locks: localLocks(),
    files: memoryFiles(),
    codec: theCodec,
    kdf: cheapKdf,
  });
  api = engine.api;
  const config = {
    cloud: globalCloud,
    registratorClientId: home.clientIds.registrator,
    relay: `${app}/relay`,
    build: 'test',
    operatorApp: { clientId, homeTenantId: home.tenantId },
  };
  value(await api.configure(config, signIns));
}

const codeOf = (result: { ok: boolean; error?: { code: string } }) => result.error?.code ?? 'ok';
const keysAtHome = () => home.world.directory.apps.applicationByAppId(clientId)?.keys ?? [];
const principalThere = () => customer.world.directory.apps.servicePrincipalByAppId(clientId);

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 25, 8) });
  home = await smallTenant({ identity: fabrikam });
  customer = await smallTenant({ log: true });
});

afterAll(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('an operator’s app', () => {
  it('is connected by key at home and consent there, and nothing is made in the customer’s tenant', async () => {
    await start();
    const { tenantId } = customer;
    expect(value(await api.operatorKey())).toBeNull();
    expect(codeOf(await api.connectOperatorApp(tenantId))).toBe('sign-in/interaction-required');
    const ends = value(await api.prepareOperatorApp(deaf));
    expect(value(await api.operatorKey())).toBe(ends);
    expect(keysAtHome()).toHaveLength(1);
    // Whatever a redirect may have said: without consent no token, without a token no connection.
    expect(codeOf(await api.connectOperatorApp(tenantId))).toBe('relay/app-unknown');
    expect(value(await api.connections())).toEqual([]);

    await consent();
    expect(value(await api.connectOperatorApp(tenantId))).toEqual({
      tenantId,
      tenantName: 'Contoso Joinery',
      clientId,
      profile: 'read-only',
      certificateExpires: ends,
      kind: 'operator-app',
      applicationId: null,
      account: null,
      homeTenantId: home.tenantId,
    });
    const accounts: AccountView[] = [];
    value(await api.accounts(tenantId, (page) => void accounts.push(...page)));
    expect(accounts.map(({ userPrincipalName }) => userPrincipalName)).toContain('amy@contoso.example');
    expect(customer.world.directory.apps.applications()).toEqual([]);
    const written = customer.log?.exchanges.filter(
      ({ method, url }) => url.startsWith('https://graph.') && method !== 'GET' && !url.endsWith('/$batch'),
    );
    expect(written).toEqual([]);
    // A second time adds nothing.
    value(await api.prepareOperatorApp(deaf));
    expect(keysAtHome()).toHaveLength(1);
  });

  it('whose consent does not suffice for a backup is refused, with what it lacks', async () => {
    await start(['Mail.Read', 'User.Read.All']);
    value(await api.prepareOperatorApp(deaf));
    await consent();
    expect(await api.connectOperatorApp(customer.tenantId)).toMatchObject({
      error: {
        code: 'relay/roles-pending',
        detail: 'the consent lacks Files.Read.All, MailboxSettings.Read',
      },
    });
    expect(value(await api.connections())).toEqual([]);
  });

  it('is taken out of a tenant by its administrator, and stays as it is at home', async () => {
    await start();
    value(await api.prepareOperatorApp(deaf));
    await consent();
    value(await api.connectOperatorApp(customer.tenantId));
    expect(value(await api.previewRemoval(customer.tenantId))).toMatchObject({
      mayRemove: true,
      roles: 4,
      ownCertificate: false,
      otherCertificates: [],
    });
    expect(value(await api.disconnect(customer.tenantId, deaf)).proof).toEqual([
      { what: 'Application permissions', seen: '4 removed; read back: none left' },
      { what: 'Delegated permissions', seen: 'read back: none' },
      { what: 'Service principal', seen: 'deleted; read back: 404 Request_ResourceNotFound' },
      { what: 'Application', seen: 'the operator’s, registered in another tenant: left there' },
      { what: 'A new token for the app', seen: 'refused by Entra: AADSTS7000229' },
      { what: 'Connection in this browser', seen: 'deleted; the operator’s key stays for other tenants' },
    ]);
    expect(principalThere()).toBeUndefined();
    expect(value(await api.connections())).toEqual([]);
    expect(keysAtHome()).toHaveLength(1);
    // The key serves the next customer, or this one again.
    await consent();
    expect(codeOf(await api.connectOperatorApp(customer.tenantId))).toBe('ok');
  });

  it('is left by this browser alone without anybody’s sign-in, and says who takes the consent back', async () => {
    await start();
    value(await api.prepareOperatorApp(deaf));
    await consent();
    value(await api.connectOperatorApp(customer.tenantId));
    const { proof, restorableUntil } = value(await api.leaveTenant(customer.tenantId, deaf));
    expect(proof.at(-1)?.seen).toMatch(/^left as it is: an administrator there/);
    expect(restorableUntil).toBeNull();
    expect(value(await api.connections())).toEqual([]);
    expect(value(await api.operatorKey())).not.toBeNull();
    expect(principalThere()).toBeDefined();
  });

  it('is checked as it stands: registered at home, with the operator’s key, and nothing to install', async () => {
    await start();
    value(await api.prepareOperatorApp(deaf));
    await consent();
    const { tenantId } = customer;
    value(await api.connectOperatorApp(tenantId));
    // An app that somebody installed beside it is another one.
    const uniqueName = 'holdfast-backup';
    customer.world.directory.apps.addApplication({ fields: { displayName: 'Holdfast Backup', uniqueName } });
    for (const look of [() => api.check(deaf, true), () => api.checkFully(tenantId, deaf)]) {
      const { findings, fine, installed, profile, vendors, permissions } = value(await look());
      expect({ installed, profile, vendors }).toEqual({ installed: true, profile: 'read-only', vendors: [] });
      expect(findings.map(({ id, fix }) => [id, fix])).toEqual([['write', null]]);
      expect(fine.map(({ id }) => id)).toEqual(expect.arrayContaining(['certificate', 'principal', 'token']));
      expect(fine.find(({ id }) => id === 'backup-app')?.proof).toBe('Registered in the operator’s tenant');
      expect(permissions.filter(({ verdict }) => verdict === 'missing')).toEqual([]);
    }
    const full = value(await api.checkFully(tenantId, deaf));
    expect(full.fine.find(({ id }) => id === 'token')?.evidence).toBe('proved');
  });

  it('is never offered for an installation, where a permission or the consent is gone', async () => {
    await start();
    value(await api.prepareOperatorApp(deaf));
    await consent();
    const { tenantId } = customer;
    value(await api.connectOperatorApp(tenantId));
    const { grants } = customer.world.directory;
    const mail = roleIds(['Mail.Read'])?.[0]?.id;
    for (const { id, appRoleId } of grants.assignments()) if (appRoleId === mail) grants.unassign(id);
    const lacking = value(await api.checkFully(tenantId, deaf));
    const found = lacking.findings.find(({ id }) => id === 'role:graph:Mail.Read');
    expect(found).toMatchObject({ fix: null, advice: expect.stringContaining('Your app and its customers') });
    const principal = principalThere();
    if (principal) principal.deletedAt = Date.now();
    const gone = value(await api.check(deaf, true));
    expect(gone.findings.find(({ id }) => id === 'principal')).toMatchObject({ fix: null });
    for (const { findings } of [lacking, gone])
      for (const { fix, advice, consequences } of findings)
        for (const one of [{ fix, advice }, ...consequences])
          expect(one).not.toMatchObject({ advice: expect.stringMatching(/Install backup app|Join with/) });
  });

  it('is never replaced by an app of the customer’s own: no profile is chosen into it, nobody joins', async () => {
    await start();
    value(await api.prepareOperatorApp(deaf));
    await consent();
    const connection = value(await api.connectOperatorApp(customer.tenantId));
    // Whoever signs in without naming a tenant is the customer's administrator.
    for (const work of [() => api.onboard('complete', deaf), () => api.join(deaf)]) {
      expect(await work()).toMatchObject({
        error: { code: 'input/invalid', detail: expect.stringContaining('the operator’s app') },
      });
      expect(customer.world.directory.apps.applications()).toEqual([]);
      expect(value(await api.connections())).toEqual([connection]);
      expect(value(await api.unfinished())).toEqual([]);
    }
  });

  it('is lent the right to write as it stands there, without an app of the customer’s own', async () => {
    await start();
    value(await api.prepareOperatorApp(deaf));
    await consent();
    const { tenantId, tenantName } = value(await api.connectOperatorApp(customer.tenantId));
    const { directory, mail } = customer.world;
    const amy = directory.user('amy@contoso.example')?.id ?? '';
    mail.deliver(amy, 'Inbox', Buffer.from('From: x@y.test\r\nSubject: kept\r\n\r\nhello\r\n'));
    const place = { kind: 'browser', name: tenantName } as const;
    const made = await api.createRepository({ place, tenantId, tenantName, passphrase });
    const repository = value(made).repository.id;
    value(await api.backup(repository, [amy], deaf));
    const snapshots = value(await api.snapshots(repository));
    const snapshot = snapshots.find(({ workload }) => workload === 'mail')?.id ?? '';
    const { hash } = value(await api.planRestore({ repository, snapshot, scope: { kind: 'all' } }));
    const held = () =>
      directory.grants.assignments().filter(({ principalId }) => principalId === principalThere()?.id);
    expect(held()).toHaveLength(4);
    value(await api.openWriting(hash, 'sign-in', deaf));
    expect(held()).toHaveLength(5);
    expect(value(await api.restore(hash, deaf))).toMatchObject({ restored: 1, failed: [] });
    value(await api.endWriting(tenantId, true, deaf));
    expect(held()).toHaveLength(4);
    expect(directory.apps.applications()).toEqual([]);
  });

  it('gets a new certificate at home before the old one ends, and customers go on with it', async () => {
    await start();
    const first = value(await api.prepareOperatorApp(deaf));
    await consent();
    value(await api.connectOperatorApp(customer.tenantId));
    vi.setSystemTime(Date.now() + 70 * 24 * 3_600_000);
    const second = value(await api.prepareOperatorApp(deaf));
    expect(Date.parse(second)).toBeGreaterThan(Date.parse(first));
    expect(value(await api.connectOperatorApp(customer.tenantId)).certificateExpires).toBe(second);
    expect(value(await api.operatorKey())).toBe(second);
  });

  it('goes on with the key that works where Entra has never heard of the next one', async () => {
    await start();
    const first = value(await api.prepareOperatorApp(deaf));
    await consent();
    const { tenantId } = customer;
    value(await api.connectOperatorApp(tenantId));
    vi.setSystemTime(Date.now() + 61 * 24 * 3_600_000);
    const match = { method: 'PATCH', route: '/applications/*' };
    home.world.faults.set([{ match, answer: { status: 403, code: 'Authorization_RequestDenied' } }]);
    expect((await api.prepareOperatorApp(deaf)).ok).toBe(false);
    home.world.faults.clear();
    expect(value(await api.operatorKey())).toBe(first);
    expect(value(await api.connectOperatorApp(tenantId)).certificateExpires).toBe(first);
    // No token is left in memory by then.
    vi.setSystemTime(Date.now() + 2 * 3_600_000);
    expect(codeOf(await api.accounts(tenantId, deaf))).toBe('ok');
    const second = value(await api.prepareOperatorApp(deaf));
    expect(keysAtHome()).toHaveLength(2);
    expect(value(await api.connectOperatorApp(tenantId)).certificateExpires).toBe(second);
  });

  it('keeps the only key that works while its successor is refused at home', async () => {
    await start();
    value(await api.prepareOperatorApp(deaf));
    await consent();
    const { tenantId } = customer;
    value(await api.connectOperatorApp(tenantId));
    const later = () => vi.setSystemTime(Date.now() + 61 * 24 * 3_600_000);
    later();
    value(await api.prepareOperatorApp(deaf));
    later();
    // The first one has ended by now, and no further customer came.
    const answer = { status: 403, code: 'Authorization_RequestDenied' };
    // Also with the scopes that are asked for after a refusal.
    const rule = (nth: number) => ({ match: { method: 'PATCH', route: '/applications/*', nth }, answer });
    home.world.faults.set([2, 3].map(rule));
    await api.prepareOperatorApp(deaf);
    expect(codeOf(await api.accounts(tenantId, deaf))).toBe('ok');
  });
});
