import { unknown } from 'valibot';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createAppTokens } from '../../../../workers/access/app-token.ts';
import { onboard } from '../../../../workers/access/onboard.ts';
import { profileOf } from '../../../../workers/access/profile-of.ts';
import { permissionsOf } from '../../../../workers/access/profiles.ts';
import { documentedInstallScopes } from '../../../../workers/access/scopes.ts';
import type { Profile } from '../../../../workers/contract/check.ts';
import { failure } from '../../../../workers/kernel/failure.ts';
import { err } from '../../../../workers/kernel/result.ts';
import { roleIds } from '../../../tenant/directory/roles.ts';
import { admin, amy } from '../../tenant/core/start.ts';
import { codeOf } from '../graph/fixtures.ts';
import { createWorldWith, relayUrl, tidyUp } from './tenant-world.ts';

afterEach(tidyUp);

type World = Awaited<ReturnType<typeof createWorldWith>>;

/** What stands in the tenant for the backup app. */
function installed({ tenant }: World) {
  const { apps, grants } = tenant.world.directory;
  const mine = apps.applications().filter(({ fields }) => fields['displayName'] === 'Holdfast Backup');
  const principals = apps.servicePrincipals().filter(({ appId }) => mine.some((app) => app.appId === appId));
  const nameOf = (resourceId: string, roleId: string) =>
    apps.servicePrincipal(resourceId)?.appRoles.find(({ id }) => id === roleId)?.value ?? '?';
  const roles = grants
    .assignments()
    .filter(({ principalId }) => principals.some(({ id }) => id === principalId));
  const scopes = grants.scopeGrants().filter(({ clientId }) => principals.some(({ id }) => id === clientId));
  return {
    apps: mine,
    principals,
    roles: roles.map(({ resourceId, appRoleId }) => nameOf(resourceId, appRoleId)).toSorted(),
    scopes: scopes.map(({ consentType, principalId, scope }) => ({ consentType, principalId, scope })),
  };
}
const rolesOf = (profile: Profile) =>
  permissionsOf(profile)
    .filter(({ kind }) => kind === 'Role')
    .map(({ value }) => value)
    .toSorted();

const scopesOf = (profile: Profile) =>
  permissionsOf(profile)
    .flatMap(({ kind, value }) => (kind === 'Scope' ? value : []))
    .join(' ');

describe('installing the backup app', () => {
  it.each(['read-only', 'reference', 'complete'] as const)(
    'grants what the profile %s names, and a token carries it',
    async (profile) => {
      const world = await createWorldWith();
      const { install, store, progress, signedIn } = await world.device();
      const result = await onboard(profile, install);
      expect(result).toMatchObject({ ok: true, value: { tenantId: world.tenant.tenantId, profile } });
      if (!result.ok) return;

      const there = installed(world);
      expect(there.apps).toHaveLength(1);
      expect(there.principals).toHaveLength(1);
      expect(there.roles).toEqual(rolesOf(profile));
      const scope = scopesOf(profile);
      const principalId = signedIn.account.objectId;
      expect(there.scopes).toEqual(scope === '' ? [] : [{ consentType: 'Principal', principalId, scope }]);
      expect(await store.connection(world.tenant.tenantId)).toEqual(result);
      expect(progress.filter(({ state }) => state === 'done').map(({ step }) => step)).toEqual([
        'role',
        'application',
        'service-principal',
        'certificate',
        'resources',
        'roles',
        'grants',
        'token',
      ]);

      const tokens = createAppTokens(result.value, { ...world.deps, relay: relayUrl, store });
      const users = await world.graphWith(tokens).get('/users?$top=1', unknown(), { pool: 'directory' });
      expect(codeOf(users)).toBe('ok');
    },
  );

  it('uses only the certificate: no secret is ever made, and the key cannot be taken out of the browser', async () => {
    const world = await createWorldWith();
    const { install, store } = await world.device();
    await onboard('read-only', install);
    const [app] = installed(world).apps;
    expect(app?.passwords).toEqual([]);
    expect(app?.keys).toHaveLength(1);
    const key = await store.deviceKey(world.tenant.tenantId);
    expect(key.ok && key.value?.privateKey.extractable).toBe(false);
  });

  it('a second time changes nothing', async () => {
    const world = await createWorldWith();
    const { install } = await world.device();
    const first = await onboard('reference', install);
    const before = installed(world);
    expect(await onboard('reference', install)).toEqual(first);
    expect(installed(world)).toEqual(before);
    expect(before.apps[0]?.keys).toHaveLength(1);
  });

  it('with another profile takes back what that one does not name', async () => {
    const world = await createWorldWith();
    const { install } = await world.device();
    await onboard('complete', install);
    expect(codeOf(await onboard('read-only', install))).toBe('ok');
    expect(installed(world).roles).toEqual(rolesOf('read-only'));
    expect(installed(world).apps).toHaveLength(1);
  });

  it('takes back all of a wider profile, also where an earlier try was cut short half way', async () => {
    const world = await createWorldWith();
    const { install } = await world.device();
    const { send } = install.graph;
    for (let allowed = 0; ; allowed++) {
      expect(codeOf(await onboard('reference', install))).toBe('ok');
      expect(codeOf(await onboard('complete', install))).toBe('ok');
      let left = allowed;
      const cut: typeof send = async (...call) =>
        call[0] === 'DELETE' && left-- <= 0 ? err(failure('network/offline', 'cut short')) : send(...call);
      const first = await onboard('read-only', { ...install, graph: { ...install.graph, send: cut } });
      expect(codeOf(await onboard('read-only', install))).toBe('ok');
      expect([allowed, installed(world).roles]).toEqual([allowed, rolesOf('read-only')]);
      if (first.ok) break;
    }
  });

  it.each(['reference', 'complete'] as const)(
    'takes back the first role of the profile %s, whose installation went no further, wherever that is cut short',
    async (profile) => {
      const world = await createWorldWith();
      const { install } = await world.device();
      const { send } = install.graph;
      /** Of the writes that `counts` picks, so many are done and no more. */
      const cutAfter = (allowed: number, counts: (method: string, path: string) => boolean) => {
        let left = allowed;
        const cut: typeof send = async (...call) =>
          counts(call[0], call[1]) && left-- <= 0
            ? err(failure('network/offline', 'cut short'))
            : send(...call);
        return { ...install, graph: { ...install.graph, send: cut } };
      };
      expect(codeOf(await onboard('read-only', install))).toBe('ok');
      for (let allowed = 0; ; allowed++) {
        const begun = cutAfter(
          1,
          (method, path) => method === 'POST' && path.endsWith('/appRoleAssignments'),
        );
        expect(codeOf(await onboard(profile, begun))).toBe('network/offline');
        expect(installed(world).roles).toContain('Mail.ReadWrite');
        const first = await onboard(
          'read-only',
          cutAfter(allowed, () => true),
        );
        expect(codeOf(await onboard('read-only', install))).toBe('ok');
        expect([allowed, installed(world).roles]).toEqual([allowed, rolesOf('read-only')]);
        expect(codeOf(await onboard('read-only', install))).toBe('ok');
        if (first.ok) break;
      }
      const [app] = installed(world).apps;
      expect(profileOf(app?.fields as never)).toBe('read-only');
    },
  );

  it('with a smaller profile takes back the person’s delegated rights as well', async () => {
    const world = await createWorldWith();
    const { install } = await world.device();
    expect(codeOf(await onboard('reference', install))).toBe('ok');
    expect(installed(world).scopes).toMatchObject([
      { scope: expect.stringContaining('Directory.ReadWrite.All') },
    ]);
    expect(codeOf(await onboard('read-only', install))).toBe('ok');
    expect(installed(world).scopes).toEqual([]);
    // And gives them again, once.
    expect(codeOf(await onboard('reference', install))).toBe('ok');
    expect(codeOf(await onboard('reference', install))).toBe('ok');
    expect(installed(world).scopes).toHaveLength(1);
  });

  it('leaves nobody more delegated rights than its profile asks for, and gives others none', async () => {
    const world = await createWorldWith();
    const { install, signedIn } = await world.device();
    const { grants } = world.tenant.world.directory;
    const roles = [roleIds.globalAdministrator];
    const bea = 'bea@contoso.example';
    world.tenant.world.directory.addUser({ userPrincipalName: bea, displayName: 'Bea', roles });
    const other = await world.device(bea);
    expect(codeOf(await onboard('reference', install))).toBe('ok');
    expect(codeOf(await onboard('complete', other.install))).toBe('ok');
    const ada = { consentType: 'Principal', principalId: signedIn.account.objectId };
    const own = { consentType: 'Principal', principalId: other.signedIn.account.objectId };
    const complete = { ...own, scope: scopesOf('complete') };
    // Tasks.ReadWrite is of the other profile alone.
    expect(installed(world).scopes).toEqual([{ ...ada, scope: complete.scope }, complete]);
    const [grant] = grants.scopeGrants().filter(({ principalId }) => principalId === ada.principalId);
    if (!grant) throw new Error('nothing was granted');
    // Who only signs in is left alone; nobody's is made wider.
    grant.scope = 'openid profile';
    expect(codeOf(await onboard('complete', other.install))).toBe('ok');
    expect(installed(world).scopes).toEqual([{ ...ada, scope: 'openid profile' }, complete]);
    grant.scope = 'openid Directory.ReadWrite.All';
    expect(codeOf(await onboard('read-only', other.install))).toBe('ok');
    expect(installed(world).scopes).toEqual([]);
    expect(other.progress.findLast(({ step }) => step === 'grants')?.note).toBe(
      'This profile needs none; taken back from others: 1',
    );
  });

  it('replaces an ageing key only once the directory has taken the new one', async () => {
    const world = await createWorldWith();
    const { install, store } = await world.device();
    expect(codeOf(await onboard('read-only', install))).toBe('ok');
    const old = await store.deviceKey(world.tenant.tenantId);
    vi.setSystemTime(Date.now() + 70 * 24 * 60 * 60_000);
    const again = await world.device(admin, store);
    world.tenant.world.switches.accessAsUser = 'refused';
    expect(codeOf(await onboard('read-only', again.install))).toBe('sign-in/consent-missing');
    expect(await store.deviceKey(world.tenant.tenantId)).toEqual(old);
    world.tenant.world.switches.accessAsUser = 'honoured';
    const { graph } = again.install;
    const refusing: typeof graph.send = async (method, path, ...rest) =>
      method === 'PATCH' && /^\/applications\/[0-9a-f-]+$/.test(path)
        ? err(failure('graph/forbidden', 'no certificates for you'))
        : graph.send(method, path, ...rest);
    const blocked = { ...again.install, graph: { ...graph, send: refusing } };
    expect(codeOf(await onboard('read-only', blocked))).toBe('graph/forbidden');
    expect(await store.deviceKey(world.tenant.tenantId)).toEqual(old);
    expect(codeOf(await onboard('read-only', again.install))).toBe('ok');
    const renewed = await store.deviceKey(world.tenant.tenantId);
    expect(renewed.ok && old.ok && renewed.value?.thumbprint !== old.value?.thumbprint).toBe(true);
  });

  it('goes on where it was cut short, at whichever request', async () => {
    const world = await createWorldWith();
    const { install, store } = await world.device();
    for (let allowed = 1; ; allowed++) {
      let left = allowed;
      const stop = new AbortController();
      const graph: typeof install.graph = {
        ...install.graph,
        get: (...call) =>
          left-- > 0
            ? install.graph.get(...call)
            : (stop.abort(), install.graph.get(call[0], call[1], { ...call[2], signal: stop.signal })),
        send: (...call) =>
          left-- > 0
            ? install.graph.send(...call)
            : (stop.abort(),
              install.graph.send(call[0], call[1], call[2], call[3], { ...call[4], signal: stop.signal })),
      };
      const result = await onboard('read-only', { ...install, graph, signal: stop.signal });
      if (result.ok) break;
      expect(result.error.code).toBe('job/cancelled');
      expect(allowed).toBeLessThan(60);
    }
    const there = installed(world);
    expect([there.apps.length, there.principals.length, there.apps[0]?.keys.length]).toEqual([1, 1, 1]);
    expect(there.roles).toEqual(rolesOf('read-only'));
    expect((await store.connection(world.tenant.tenantId)).ok).toBe(true);
  });

  it('waits until a new app is known everywhere, and says that it waits', async () => {
    const world = await createWorldWith();
    Object.assign(world.tenant.world.replication, {
      applicationForPrincipalMs: 20_000,
      objectMs: 12_000,
      principalForTokenMs: 45_000,
      credentialMs: 60_000,
      grantMs: 120_000,
    });
    const { install, progress } = await world.device();
    expect(codeOf(await onboard('read-only', install))).toBe('ok');
    const waits = progress.filter(({ state }) => state === 'waiting');
    expect(new Set(waits.map(({ step }) => step))).toEqual(
      new Set(['application', 'service-principal', 'token']),
    );
    expect(waits.every(({ note }) => /^Waiting for .+ \(\d+ s\)$/.test(note))).toBe(true);
    expect(installed(world).apps).toHaveLength(1);
  });

  it('gives up in the end', async () => {
    const world = await createWorldWith();
    world.tenant.world.replication.grantMs = 3_600_000;
    const { install } = await world.device();
    const started = Date.now();
    expect(codeOf(await onboard('read-only', install))).toBe('relay/roles-pending');
    expect(Date.now() - started).toBeLessThan(700_000);
  });
});

describe('two devices', () => {
  it('keep their own certificates, one after the other and at the same time', async () => {
    const world = await createWorldWith();
    const devices = await Promise.all([world.device(), world.device(), world.device()]);
    const results = await Promise.all(devices.map(({ install }) => onboard('read-only', install)));
    expect(results.map(codeOf)).toEqual(['ok', 'ok', 'ok']);
    const there = installed(world);
    expect(there.apps).toHaveLength(1);
    expect(there.roles).toEqual(rolesOf('read-only'));
    expect(there.apps[0]?.keys).toHaveLength(3);
    for (const [index, { store }] of devices.entries()) {
      const result = results[index];
      if (!result?.ok) continue;
      const tokens = createAppTokens(result.value, { ...world.deps, relay: relayUrl, store });
      expect(codeOf(await tokens.token())).toBe('ok');
    }
  });
});

describe('who may install', () => {
  it('is an administrator: others are told what they are', async () => {
    const world = await createWorldWith();
    await world.device();
    const nobody = await world.device(amy);
    expect(await onboard('read-only', nobody.install)).toMatchObject({
      error: { code: 'sign-in/not-administrator', detail: 'signed in with: no directory role' },
    });
    const half = await world.device('carl@contoso.example');
    expect(await onboard('read-only', half.install)).toMatchObject({
      error: { code: 'sign-in/not-administrator', detail: 'signed in with: Application Administrator' },
    });
    expect(installed(world).apps).toEqual([]);
  });

  it('is asked for the documented scopes where the Registrator’s right no longer suffices', async () => {
    const world = await createWorldWith();
    world.tenant.world.switches.accessAsUser = 'refused';
    const { install } = await world.device();
    const refused = await onboard('reference', install);
    expect(refused).toMatchObject({
      error: {
        code: 'sign-in/consent-missing',
        retry: 'after-user',
        facts: { scopes: documentedInstallScopes.join(' ') },
      },
    });
    const again = await world.device(admin, install.store, documentedInstallScopes);
    expect(codeOf(await onboard('reference', again.install))).toBe('ok');
    expect(installed(world).roles).toEqual(rolesOf('reference'));
  });
});
