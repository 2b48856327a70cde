/** What an undo of accounts and groups takes back: what this restore has written, and nothing of anybody else's. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Group } from '../tenant/directory/group-registry.ts';
import { engineWorld, idOf, passphrase, prepared, value, type EngineWorld } from './engine-world.ts';
import { personPort, type PersonPort } from './person-port.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const refused = { status: 403, code: 'Authorization_RequestDenied' };
const nothingLeft = { failed: [], kept: [] };

let world: EngineWorld;
let repository: string;
let port: PersonPort;
let snapshot: string;

const directory = () => world.tenant.world.directory;
const faults = () => world.tenant.world.faults;

function person(name: string) {
  const found = directory().user(idOf(world, name));
  if (!found) throw new Error(`no ${name}`);
  return found;
}

function group(isMicrosoft365: boolean): Group {
  const found = directory()
    .groups()
    .find((one) => one.isMicrosoft365 === isMicrosoft365 && one.memberIds.length > 0);
  if (!found) throw new Error('no such group');
  return found;
}

async function backUp() {
  const report = value(await world.api.backup(repository, [world.tenant.tenantId], () => {}));
  const found = value(await world.api.snapshots(repository)).find(({ id }) => report.snapshots.includes(id));
  snapshot = found?.id ?? '';
}

const plan = async () => value(await world.api.planRestore({ repository, snapshot, scope: { kind: 'all' } }));
const put = async (hash: string) => value(await world.api.restore(hash, () => {}));
const undo = async (hash: string) => value(await world.api.undoRestore(hash));
const signIn = async () => value(await world.api.signInToApp(world.tenant.tenantId));

/** The tab dies before the first request whose method and path fit is sent. */
async function killedAt(hash: string, request: RegExp) {
  const dead = new Promise<void>((resolve) => {
    world.witness.before = (what) => {
      if (!request.test(what)) return;
      world.kill();
      resolve();
    };
  });
  void world.api.restore(hash, () => {});
  await dead;
  world.witness.before = () => undefined;
  world.api = await world.reload();
  value(await world.api.configure(world.config, port));
  value(await world.api.unlock(repository, { passphrase }));
  await signIn();
}

beforeEach(async () => {
  world = await engineWorld();
  repository = await prepared(world);
  const admin = world.tenant.accounts.find(({ roles }) => roles.includes('Global Administrator'));
  port = personPort(world.tenant, admin?.userPrincipalName ?? '');
  value(await world.api.configure(world.config, port));
});

describe('an undo leaves alone', () => {
  it('a group, an account and a member that others brought back after the restore was refused', async () => {
    await backUp();
    const [team, security, jonas, otto] = [group(true), group(false), person('jonas'), person('otto')];
    const [lost = ''] = security.memberIds.filter((id) => id !== jonas.id);
    directory().removeGroup(team);
    directory().link(security, 'members', lost, false);
    directory().removeUser(jonas.id);
    Object.assign(otto, { jobTitle: 'Nobody' });
    const planned = await plan();
    await signIn();
    faults().set([
      { match: { method: 'POST', route: '/directory/deletedItems/*/restore' }, answer: refused },
      { match: { method: 'POST', route: '/groups/*/members/$ref' }, answer: refused },
    ]);
    const { failed } = await put(planned.hash);
    expect(failed.map(({ item }) => item)).toEqual(expect.arrayContaining([team.id, security.id, jonas.id]));
    faults().clear();
    directory().restoreGroup(team);
    directory().link(security, 'members', lost, true);
    directory().addUser(jonas);
    const written: string[] = [];
    world.witness.before = (what) =>
      void (/^(DELETE|POST|PATCH|PUT) .*graph/.test(what) && written.push(what));
    expect(await undo(planned.hash)).toEqual(nothingLeft);
    expect(
      written.filter((what) => [team.id, security.id, jonas.id].some((id) => what.includes(id))),
    ).toEqual([]);
    expect(directory().groups()).toContain(team);
    expect(security.memberIds).toContain(lost);
    expect(otto.jobTitle).toBe('Nobody');
  });

  it('a group of which nobody knows who made it, and names it', async () => {
    await backUp();
    const team = group(true);
    directory().removeGroup(team);
    directory().purgeGroup(team.id);
    const planned = await plan();
    await signIn();
    await killedAt(planned.hash, /^POST .*\/groups$/);
    const { displayName, mailNickname, mail } = team;
    const byHand = directory().addGroup({ displayName, mailNickname, mail, isMicrosoft365: true });
    expect(await undo(planned.hash)).toEqual({
      failed: [],
      kept: [{ name: displayName, fields: ['group'] }],
    });
    expect(directory().groups()).toContain(byHand);
  });
});

describe('an undo goes on', () => {
  it('past an account that is refused, and finishes it when it is repeated', async () => {
    await backUp();
    const [otto, jonas, ada] = ['otto', 'jonas', 'ada'].map(person);
    if (!otto || !jonas || !ada) throw new Error('no such people');
    for (const one of [otto, jonas, ada]) Object.assign(one, { jobTitle: 'Nobody' });
    const planned = await plan();
    await signIn();
    const refuse = ({ id }: typeof otto) =>
      faults().set([{ match: { method: 'PATCH', route: `/users/${id}` }, answer: refused }]);
    refuse(otto);
    expect((await put(planned.hash)).failed).toHaveLength(1);
    // Nothing of Otto's was written: there is nothing to be refused.
    refuse(jonas);
    const first = await undo(planned.hash);
    expect(first).toMatchObject({ failed: [{ item: jonas.id, reason: 'graph/forbidden' }], kept: [] });
    expect([otto.jobTitle, ada.jobTitle]).toEqual(['Nobody', 'Nobody']);
    expect(jonas.jobTitle).not.toBe('Nobody');
    faults().clear();
    expect(await undo(planned.hash)).toEqual(nothingLeft);
    expect(jonas.jobTitle).toBe('Nobody');
    expect(await world.api.undoRestore(planned.hash)).toMatchObject({ error: { code: 'input/invalid' } });
  });
});

describe('a restore of the directory', () => {
  it('takes a nested group out again that it put in under its new id', async () => {
    const security = { isMicrosoft365: false, createdDateTime: '2024-05-06T07:08:09Z' };
    const inner = directory().addGroup({ displayName: 'Inner', ...security });
    const outer = directory().addGroup({ displayName: 'Outer', ...security });
    directory().link(outer, 'members', inner.id, true);
    await backUp();
    directory().removeGroup(inner);
    directory().purgeGroup(inner.id);
    await signIn();
    const only = async (item: string) =>
      value(await world.api.planRestore({ repository, snapshot, scope: { kind: 'items', items: [item] } }));
    await put((await only(inner.id)).hash);
    directory().link(outer, 'members', inner.id, false);
    const before = [...outer.memberIds];
    const { hash } = await only(outer.id);
    await put(hash);
    expect(outer.memberIds).not.toEqual(before);
    expect(await undo(hash)).toEqual(nothingLeft);
    expect(outer.memberIds).toEqual(before);
  });

  it('writes an account that no other directory keeps any more, and names a manager who is gone', async () => {
    const [otto, jonas] = [person('otto'), person('jonas')];
    const chief = directory().addUser({
      userPrincipalName: 'chief@contoso.example',
      displayName: 'Chief',
      createdDateTime: '2024-05-06T07:08:09Z',
    });
    Object.assign(jonas, { managerId: chief.id });
    Object.assign(otto, { onPremisesSyncEnabled: true });
    await backUp();
    const { jobTitle } = jonas;
    Object.assign(otto, { onPremisesSyncEnabled: null, jobTitle: 'Nobody' });
    Object.assign(jonas, { jobTitle: 'Nobody', managerId: null });
    directory().removeUser(chief.id);
    const planned = await plan();
    await signIn();
    const report = await put(planned.hash);
    expect(otto.jobTitle).not.toBe('Nobody');
    expect(jonas.jobTitle).toBe(jobTitle);
    expect(report.failed.map(({ item }) => item)).not.toContain(jonas.id);
    expect(report.losses).toContainEqual(
      expect.stringContaining(`manager: ${chief.id} is not in the directory`),
    );
  });
});
