/** Accounts and groups through the engine: backed up by the app, put back by an administrator, undone, killed, waited for. */
import { unzipSync } from 'fflate';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { RestoreProgress } from '../../workers/contract/jobs.ts';
import { groupStates, userFacts } from '../tenant/directory/state.ts';
import { engineWorld, idOf, passphrase, prepared, value, type EngineWorld } from './engine-world.ts';
import { personPort, type PersonPort } from './person-port.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let world: EngineWorld;
let repository: string;
let snapshot: string;
let port: PersonPort;

/** What people and groups are, whatever the ids of groups. */
function state({ tenant }: EngineWorld) {
  const { directory } = tenant.world;
  const people = directory.users().map((user) => [user.id, userFacts(user)] as const);
  const groups = groupStates(tenant.world).map((group) => ({ ...group, id: '', mailNickname: '' }));
  const byName = groups.toSorted((a, b) => a.displayName.localeCompare(b.displayName));
  return { people: Object.fromEntries(people), groups: byName };
}

const backUp = async () => {
  const report = value(await world.api.backup(repository, [world.tenant.tenantId], () => {}));
  const found = value(await world.api.snapshots(repository)).find(({ id }) => report.snapshots.includes(id));
  return { report, snapshot: found?.id ?? '' };
};

/** Facts, a manager, a group's members, a group that waits in the deleted items, one that is gone for good. */
function damage() {
  const { directory } = world.tenant.world;
  const jonas = directory.user(idOf(world, 'jonas'));
  Object.assign(jonas ?? {}, { jobTitle: 'Nobody', managerId: null });
  Object.assign(jonas?.profile ?? {}, { officeLocation: null });
  const [team, ...others] = directory.groups();
  if (team) for (const id of team.memberIds.slice(1)) directory.link(team, 'members', id, false);
  for (const group of others) {
    directory.removeGroup(group);
    directory.purgeGroup(group.id);
  }
  const [last] = others;
  return { gone: others.map(({ displayName }) => displayName), last };
}

const plan = async () => value(await world.api.planRestore({ repository, snapshot, scope: { kind: 'all' } }));

async function reopen() {
  world.api = await world.reload();
  value(await world.api.configure(world.config, port));
  value(await world.api.unlock(repository, { passphrase }));
}

beforeEach(async () => {
  world = await engineWorld();
  repository = await prepared(world);
  const admin = world.tenant.accounts.find(({ roles }) => roles.includes('Global Administrator'));
  port = personPort(world.tenant, admin?.userPrincipalName ?? '');
  value(await world.api.configure(world.config, port));
  ({ snapshot } = await backUp());
});

describe('the directory of a tenant', () => {
  it('is backed up by itself, read like any other, and only what changed comes again', async () => {
    const { directory } = world.tenant.world;
    const folders = value(await world.api.folders(repository, snapshot));
    const items = Object.fromEntries(folders.map(({ name, items: count }) => [name, count]));
    expect(items).toMatchObject({ users: directory.users().length, groups: directory.groups().length });
    const { rows } = value(await world.api.rows(repository, snapshot, { text: 'jonas', limit: 10 }));
    const [row] = rows;
    const file = value(await world.api.download(repository, snapshot, row?.item ?? ''));
    expect(file.name).toBe(`${row?.name}.json`);
    expect(JSON.parse(await file.blob.text())).toMatchObject({
      id: idOf(world, 'jonas'),
      manager: idOf(world, 'ada'),
    });
    const zip = value(await world.api.exportZip(repository, { snapshots: [snapshot] }, () => {}));
    const names = Object.keys(unzipSync(new Uint8Array(await zip.blob.arrayBuffer())));
    expect(names).toHaveLength(directory.users().length + directory.groups().length);
    expect(names.every((name) => /\/directory\/(users|groups)\/.+\.json$/.test(name))).toBe(true);
    const [group] = directory.groups();
    directory.link(group ?? directory.addGroup({ displayName: 'x' }), 'members', idOf(world, 'otto'), false);
    directory.link(group ?? directory.addGroup({ displayName: 'x' }), 'members', idOf(world, 'otto'), true);
    Object.assign(directory.user(idOf(world, 'otto')) ?? {}, { managerId: idOf(world, 'ada') });
    const { report } = await backUp();
    expect(report).toMatchObject({ outcome: 'complete', stored: 2, failed: [] });
  });

  it('shows field by field what a restore would change, and changes nothing but that', async () => {
    const before = state(world);
    const { gone } = damage();
    const damaged = state(world);
    const planned = await plan();
    const changes = planned.changes ?? [];
    const jonas = changes.find(({ name }) => /jonas/i.test(name));
    expect(jonas?.fields).toEqual(
      expect.arrayContaining([
        { field: 'officeLocation', now: '', backup: 'Workshop' },
        { field: 'manager', now: '', backup: expect.stringMatching(/Ada/) },
      ]),
    );
    expect(changes.filter(({ absent }) => absent).map(({ name }) => name)).toEqual(
      expect.arrayContaining(gone),
    );
    expect(state(world)).toEqual(damaged);

    expect(await world.api.restore(planned.hash, () => {})).toMatchObject({
      error: { code: 'sign-in/interaction-required' },
    });
    value(await world.api.signInToApp(world.tenant.tenantId));
    const report = value(await world.api.restore(planned.hash, () => {}));
    expect(report).toMatchObject({ failed: [], differences: [], failure: null, left: 0 });
    expect(report.restored).toBe(changes.length);
    expect(state(world)).toEqual(before);
    expect(world.tenant.world.outbox.sent).toEqual([]);

    value(await world.api.undoRestore(planned.hash));
    const undone = state(world);
    expect(undone.people).toEqual(damaged.people);
    // A Microsoft 365 group that was made anew waits in the deleted items.
    expect(undone.groups.filter(({ isDeleted }) => !isDeleted)).toEqual(
      damaged.groups.filter(({ isDeleted }) => !isDeleted),
    );
  });

  it('is restored from the deleted items where it waits there, under its own id', async () => {
    const { directory } = world.tenant.world;
    const team = directory.groups().find(({ isMicrosoft365 }) => isMicrosoft365);
    if (!team) throw new Error('no team');
    directory.removeGroup(team);
    const planned = await plan();
    const isTeam = expect.objectContaining({ name: team.displayName, absent: true });
    expect(planned.changes).toContainEqual(isTeam);
    value(await world.api.signInToApp(world.tenant.tenantId));
    value(await world.api.restore(planned.hash, () => {}));
    expect(directory.group(team.id)?.memberIds).toEqual(team.memberIds);
    expect(directory.deletedGroups()).toEqual([]);
  });
});

describe('a group that is gone, whose nickname somebody else has now', () => {
  it.each([false, true])('puts nobody into that one (Microsoft 365: %s)', async (isMicrosoft365) => {
    const { directory } = world.tenant.world;
    const team = directory.groups().find((group) => group.isMicrosoft365);
    if (!team) throw new Error('no team');
    directory.removeGroup(team);
    directory.purgeGroup(team.id);
    const { mailNickname } = team;
    const mail = isMicrosoft365 ? team.mail : null;
    const other = directory.addGroup({ displayName: 'Payroll', mailNickname, mail, isMicrosoft365 });
    const before = structuredClone({ ...other });
    const planned = await plan();
    expect(planned.changes).toContainEqual(expect.objectContaining({ name: team.displayName, absent: true }));
    value(await world.api.signInToApp(world.tenant.tenantId));
    const report = value(await world.api.restore(planned.hash, () => {}));
    expect({ ...other }).toEqual(before);
    expect(report.failed.map(({ name }) => name)).toEqual(isMicrosoft365 ? [team.displayName] : []);
  });
});

describe('what has changed since the plan', () => {
  const changedSince = (name: RegExp) =>
    expect.objectContaining({ name: expect.stringMatching(name), reason: 'job/changed-since-plan' });

  it('is left alone and told, field values and what the plan did not show at all; the next plan shows it', async () => {
    const { directory } = world.tenant.world;
    const [jonas, otto] = ['jonas', 'otto'].map((name) => directory.user(idOf(world, name)));
    if (!jonas || !otto) throw new Error('no such people');
    damage();
    const planned = await plan();
    jonas.profile.officeLocation = 'Moved since the plan';
    jonas.profile.city = 'Bremen';
    otto.profile.city = 'Kiel';
    value(await world.api.signInToApp(world.tenant.tenantId));
    const report = value(await world.api.restore(planned.hash, () => {}));
    expect(report.failed).toHaveLength(2);
    expect(report.failed).toEqual(expect.arrayContaining([changedSince(/jonas/i), changedSince(/otto/i)]));
    expect(report).toMatchObject({ restored: (planned.changes?.length ?? 0) - 1, failure: null });
    expect([jonas.jobTitle, jonas.profile.officeLocation, jonas.profile.city, otto.profile.city]).toEqual([
      'Nobody',
      'Moved since the plan',
      'Bremen',
      'Kiel',
    ]);
    const second = await plan();
    const told = second.changes?.flatMap(({ fields }) => fields.map(({ now }) => now));
    expect(told).toEqual(expect.arrayContaining(['Moved since the plan', 'Bremen', 'Kiel']));
    expect(value(await world.api.restore(second.hash, () => {}))).toMatchObject({ restored: 2, failed: [] });
    value(await world.api.undoRestore(second.hash));
    value(await world.api.undoRestore(planned.hash));
    expect([jonas.profile.city, otto.profile.city]).toEqual(['Bremen', 'Kiel']);
  });

  it('is not made anew where it was deleted since', async () => {
    const { directory } = world.tenant.world;
    const [team] = directory.groups();
    if (!team) throw new Error('no team');
    directory.link(team, 'members', team.memberIds[0] ?? '', false);
    const planned = await plan();
    directory.removeGroup(team);
    value(await world.api.signInToApp(world.tenant.tenantId));
    const report = value(await world.api.restore(planned.hash, () => {}));
    expect(report.failed).toContainEqual(
      expect.objectContaining({ item: team.id, reason: 'job/changed-since-plan' }),
    );
    expect(directory.deletedGroups()).toHaveLength(1);
  });

  it('is known after the tab was killed as well', async () => {
    const jonas = world.tenant.world.directory.user(idOf(world, 'jonas'));
    if (!jonas) throw new Error('no jonas');
    Object.assign(jonas, { jobTitle: 'Nobody' });
    const planned = await plan();
    value(await world.api.signInToApp(world.tenant.tenantId));
    const begun = new Promise<void>((resolve) => {
      void world.api.restore(planned.hash, () => {
        world.kill();
        resolve();
      });
    });
    await begun;
    await reopen();
    expect(jonas.jobTitle).toBe('Nobody');
    jonas.profile.city = 'Bremen';
    const [unfinished] = value(await world.api.unfinishedRestores(repository));
    expect(unfinished).toEqual(planned);
    value(await world.api.signInToApp(world.tenant.tenantId));
    const report = value(await world.api.restore(planned.hash, () => {}));
    expect(report.failed).toEqual([changedSince(/jonas/i)]);
    expect([jonas.jobTitle, jonas.profile.city]).toEqual(['Nobody', 'Bremen']);
  });
});

describe('a restore that is undone', () => {
  it('leaves alone what somebody has changed since', async () => {
    const jonas = world.tenant.world.directory.user(idOf(world, 'jonas'));
    if (!jonas) throw new Error('no jonas');
    Object.assign(jonas, { jobTitle: 'Nobody' });
    jonas.profile.officeLocation = 'Nowhere';
    const planned = await plan();
    value(await world.api.signInToApp(world.tenant.tenantId));
    value(await world.api.restore(planned.hash, () => {}));
    Object.assign(jonas, { jobTitle: 'Promoted since' });
    value(await world.api.undoRestore(planned.hash));
    expect(jonas.jobTitle).toBe('Promoted since');
    expect(jonas.profile.officeLocation).toBe('Nowhere');
  });
});

describe('a restore of the directory that is killed', () => {
  it('after any request goes on without a second group, and is undone to what was before it', async () => {
    damage();
    const damaged = state(world);
    const planned = await plan();
    const all = planned.changes?.length ?? 0;
    for (let kills = 1; kills <= 6; kills++) {
      value(await world.api.signInToApp(world.tenant.tenantId));
      const before = writes();
      let ended = false;
      void world.api.restore(planned.hash, () => {}).then(() => (ended = true));
      const isFarEnough = () => ended || writes() >= before + (kills % 4);
      await vi.waitFor(() => expect(isFarEnough()).toBe(true), { interval: 1 });
      world.kill();
      await reopen();
    }
    value(await world.api.signInToApp(world.tenant.tenantId));
    const report = value(await world.api.restore(planned.hash, () => {}));
    expect(report).toMatchObject({ failed: [], differences: [] });
    expect(report.restored + report.alreadyThere).toBeGreaterThanOrEqual(all);
    const names = world.tenant.world.directory.groups().map(({ displayName }) => displayName);
    expect(names).toHaveLength(new Set(names).size);
    value(await world.api.undoRestore(planned.hash));
    expect(state(world).people).toEqual(damaged.people);
  });

  const writes = () =>
    Object.entries(world.tenant.world.ledger.counts().units)
      .filter(([call]) => /^(POST|PATCH|PUT|DELETE) graph\S*\/(users|groups|directory)/.test(call))
      .reduce((sum, [, count]) => sum + count, 0);
});

describe('a restore that outlives its sign-in', () => {
  it('goes on without a prompt for most of a day, and asks once that has passed', async () => {
    const hour = 3_600_000;
    damage();
    const first = await plan();
    value(await world.api.signInToApp(world.tenant.tenantId));
    vi.setSystemTime(Date.now() + 20 * hour);
    expect(value(await world.api.restore(first.hash, () => {}))).toMatchObject({ failed: [], left: 0 });
    expect(port.prompts).toBe(1);
    damage();
    vi.setSystemTime(Date.now() + 5 * hour);
    const second = await plan();
    const seen: RestoreProgress[] = [];
    const running = world.api.restore(second.hash, (progress) => void seen.push(progress));
    await vi.waitFor(() => expect(seen.at(-1)?.asking).toMatchObject({ why: 'day-ended' }));
    expect(port.prompts).toBe(1);
    value(await world.api.signInToApp(world.tenant.tenantId));
    expect(value(await running)).toMatchObject({ failed: [], failure: null, left: 0 });
    expect(port.prompts).toBe(2);
  });

  it('waits for one click and goes on', async () => {
    damage();
    const planned = await plan();
    port.staysSignedIn = false;
    value(await world.api.signInToApp(world.tenant.tenantId));
    vi.setSystemTime(Date.now() + 2 * 3_600_000);
    const seen: RestoreProgress[] = [];
    const running = world.api.restore(planned.hash, (progress) => void seen.push(progress));
    await vi.waitFor(() => expect(seen.at(-1)?.asking).toMatchObject({ why: 'first-token-ended' }));
    expect(port.prompts).toBe(1);
    value(await world.api.signInToApp(world.tenant.tenantId));
    expect(value(await running)).toMatchObject({ failed: [], failure: null, left: 0 });
    expect(port.prompts).toBe(2);
  });
});
