import { afterEach, describe, expect, it } from 'vitest';
import { onboard } from '../../../../workers/access/onboard.ts';
import { daysOf } from '../../../../workers/access/device-key.ts';
import type { Connection, OnboardProgress } from '../../../../workers/contract/connections.ts';
import type { Result } from '../../../../workers/kernel/result.ts';
import {
  exchangeAppId,
  graphAppId,
  reassignRoleId,
  removeResource,
} from '../../../tenant/directory/resources.ts';
import { codeOf } from '../graph/fixtures.ts';
import { certificateOf, standing } from './installed.ts';
import { createWorldWith, tidyUp } from './tenant-world.ts';

afterEach(tidyUp);

type World = Awaited<ReturnType<typeof createWorldWith>>;

const valueOf = (result: Result<Connection>): Connection => {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.detail}`);
  return result.value;
};

async function installedWorld() {
  const world = await createWorldWith();
  const device = await world.device();
  const connection = valueOf(await onboard('read-only', device.install));
  return { world, ...device, connection };
}

const principalOf = ({ tenant }: World, clientId: string) => {
  const principal = tenant.world.directory.apps.servicePrincipalByAppId(clientId);
  if (!principal) throw new Error('no service principal');
  return principal;
};

const notesOf = (progress: readonly OnboardProgress[], step: OnboardProgress['step']): string[] =>
  progress.flatMap((one) => (one.step === step && one.state === 'done' ? one.note : []));

describe('installing again', () => {
  it('switches a disabled service principal on', async () => {
    const { world, install, progress, connection } = await installedWorld();
    principalOf(world, connection.clientId).fields['accountEnabled'] = false;
    expect(await onboard('read-only', install)).toMatchObject({ value: { clientId: connection.clientId } });
    expect(principalOf(world, connection.clientId).fields['accountEnabled']).toBe(true);
    expect(notesOf(progress, 'service-principal').at(-1)).toBe('It was disabled: switched on again');
  });

  it('brings a deleted app and its service principal back, with the certificates of all devices', async () => {
    const { world, install, progress, connection } = await installedWorld();
    const other = await world.device();
    valueOf(await onboard('read-only', other.install));
    const before = standing(world.tenant);
    for (const item of [...before.apps, ...before.principals]) item.deletedAt = Date.now();
    expect(standing(world.tenant).apps).toEqual([]);
    expect(await onboard('read-only', install)).toMatchObject({ value: { clientId: connection.clientId } });
    expect(standing(world.tenant)).toEqual(before);
    expect(notesOf(progress, 'application').at(-1)).toBe('It was deleted: brought back');
  });

  it('brings a deleted service principal back alone', async () => {
    const { world, install, connection } = await installedWorld();
    const before = standing(world.tenant);
    principalOf(world, connection.clientId).deletedAt = Date.now();
    expect(codeOf(await onboard('read-only', install))).toBe('ok');
    expect(standing(world.tenant)).toEqual(before);
  });

  it('makes a new one where the deleted one is gone for good', async () => {
    const { world, install, connection } = await installedWorld();
    const { apps, principals } = standing(world.tenant);
    for (const { id } of [...apps, ...principals]) world.tenant.world.directory.apps.purge(id);
    const again = valueOf(await onboard('read-only', install));
    expect(again.clientId).not.toBe(connection.clientId);
    expect(standing(world.tenant)).toMatchObject({ apps: [{}], principals: [{}], certificates: [{}] });
  });

  it('goes on with its own app beside another of the same name, names that one and leaves it alone', async () => {
    const { world, install, progress, connection } = await installedWorld();
    const { apps } = world.tenant.world.directory;
    const other = apps.addApplication({ fields: { displayName: 'Holdfast Backup' } });
    expect(await onboard('read-only', install)).toMatchObject({ value: { clientId: connection.clientId } });
    expect(notesOf(progress, 'application').at(-1)).toContain(other.appId);
    expect(apps.applicationByAppId(other.appId)).toMatchObject({ keys: [], deletedAt: undefined });
  });

  it('prefers the app that holds this device’s certificate to the one that bears the alternate key', async () => {
    const { world, install, store, progress, connection } = await installedWorld();
    const mine = standing(world.tenant).apps[0];
    if (!mine) throw new Error('nothing installed');
    mine.fields = { ...mine.fields, uniqueName: null };
    const fields = { displayName: 'Holdfast Backup', uniqueName: 'holdfast-backup' };
    const other = world.tenant.world.directory.apps.addApplication({ fields });
    expect(await onboard('read-only', install)).toMatchObject({ value: { clientId: connection.clientId } });
    expect(notesOf(progress, 'application').at(-1)).toContain(other.appId);
    // A device that has no key yet has nothing better to go by than the alternate key.
    await store.forget(world.tenant.tenantId);
    expect(await onboard('read-only', install)).toMatchObject({ value: { clientId: other.appId } });
  });

  it('grants a role under the id that it has now, and says so', async () => {
    const { world, install, progress } = await installedWorld();
    const before = standing(world.tenant).roles;
    reassignRoleId(world.tenant.world, graphAppId, 'Mail.Read', '99999999-1111-4222-8333-444444444444');
    expect(codeOf(await onboard('read-only', install))).toBe('ok');
    expect(standing(world.tenant).roles).toEqual(before);
    expect(notesOf(progress, 'roles').at(-1)).toContain('under other ids than documented: Mail.Read');
  });

  it('replaces a certificate that the directory lists as ended', async () => {
    const { world, install, store } = await installedWorld();
    const [app] = standing(world.tenant).apps;
    if (!app) throw new Error('nothing installed');
    const ended = { startDateTime: '2020-01-01T00:00:00Z', endDateTime: '2020-03-31T00:00:00Z' };
    app.keys = app.keys.map((key) => ({ ...key, ...ended }));
    expect(codeOf(await onboard('read-only', install))).toBe('ok');
    const key = await store.deviceKey(world.tenant.tenantId);
    expect(key.ok && key.value && [certificateOf(key.value)]).toEqual(standing(world.tenant).certificates);
    expect(app.keys.every(({ endDateTime }) => Date.parse(endDateTime) > Date.now())).toBe(true);
  });
});

describe('a tenant', () => {
  it('that knows no “create if missing” gets its app all the same, and the next device finds it', async () => {
    const world = await createWorldWith();
    world.tenant.world.switches.upsertApplications = 'refused';
    const [one, other] = [await world.device(), await world.device()];
    const first = valueOf(await onboard('read-only', one.install));
    const second = valueOf(await onboard('read-only', other.install));
    expect(second.clientId).toBe(first.clientId);
    expect(standing(world.tenant).certificates).toHaveLength(2);
    expect(codeOf(await onboard('read-only', one.install))).toBe('ok');
    expect(standing(world.tenant)).toMatchObject({ apps: [{}], principals: [{}] });
  });

  it('whose policy allows 30 days gets a certificate of 30 days', async () => {
    const world = await createWorldWith();
    world.tenant.world.switches.appCertificates = 'short';
    const { install, store, progress } = await world.device();
    const connection = valueOf(await onboard('read-only', install));
    const key = await store.deviceKey(world.tenant.tenantId);
    expect(key.ok && key.value && daysOf(key.value)).toBe(30);
    expect(key.ok && key.value?.expires).toBe(Date.parse(connection.certificateExpires));
    expect(standing(world.tenant).certificates).toHaveLength(1);
    expect(progress.map(({ note }) => note)).toContain('The tenant’s policy allows no 90 days: trying 30');
  });

  it('whose policy refuses certificates is told by the policy’s name', async () => {
    const world = await createWorldWith();
    world.tenant.world.switches.appCertificates = 'refused';
    const { install } = await world.device();
    expect(await onboard('read-only', install)).toMatchObject({
      error: {
        code: 'graph/credential-refused',
        retry: 'after-user',
        facts: { graphCode: 'CredentialTypeNotAllowedAsPerAppPolicy', policy: 'Credential restrictions' },
      },
    });
  });

  it('without Exchange gets what it can have, and is told what a licence would add', async () => {
    const world = await createWorldWith();
    removeResource(world.tenant.world, exchangeAppId);
    world.tenant.world.directory.subscriptions.splice(0);
    world.tenant.world.switches.resourceCreation = 'refused';
    const { install, progress } = await world.device();
    expect(codeOf(await onboard('reference', install))).toBe('ok');
    expect(standing(world.tenant).roles.every((role) => role.startsWith('Microsoft Graph'))).toBe(true);
    const [note] = notesOf(progress, 'roles');
    expect(note).toContain('not offered by this tenant: full_access_as_app, Mail.ReadWrite');
    expect(note).toContain('buys a licence with Office 365 Exchange Online');
  });
});
