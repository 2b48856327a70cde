/**
 * The reference page gives the app no right to everybody's tasks: those of whoever signs in to it are backed up and put
 * back as that person, the others are told about. A sign-in that ends is asked for politely, the rest goes on.
 */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { BackupProgress, BackupReport, OutOfReach } from '../../workers/contract/jobs.ts';
import { roleIds } from '../tenant/directory/roles.ts';
import { removeTask } from '../tenant/todo/state.ts';
import { engineWorld, idOf, passphrase, prepared, tasksOf, value, type EngineWorld } from './engine-world.ts';
import { personPort, type PersonPort } from './person-port.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const hour = 60 * 60_000;
const adaUpn = 'ada@contoso.example';

let world: EngineWorld;
let port: PersonPort;
let repository: string;
let tenantId: string;
let ada: string;
let jonas: string;

beforeEach(async () => {
  world = await engineWorld();
  repository = await prepared(world, 'reference');
  ({ tenantId } = world.tenant);
  [ada, jonas] = [idOf(world, 'ada'), idOf(world, 'jonas')];
  port = personPort(world.tenant, adaUpn);
  value(await world.api.configure(world.config, port));
});

const promote = (id: string) => {
  const user = world.tenant.world.directory.user(id);
  Object.assign(user ?? {}, { roles: [roleIds.globalAdministrator] });
};
const signIn = async () => value(await world.api.signInToApp(tenantId));
const backUp = async (seen: (progress: BackupProgress) => void = () => {}): Promise<BackupReport> =>
  value(await world.api.backup(repository, [ada, jonas], seen));
const own = () => tasksOf(world, ada).filter(({ isFlag }) => !isFlag);
const titles = () =>
  own()
    .map(({ title }) => title)
    .toSorted();
const taskSnapshots = async () =>
  value(await world.api.snapshots(repository)).filter(({ workload }) => workload === 'tasks');
const told = (why: OutOfReach['why'], ...accounts: string[]) => ({ workload: 'tasks', why, accounts });
const plan = async () => {
  const [snapshot] = await taskSnapshots();
  const request = { repository, snapshot: snapshot?.id ?? '', scope: { kind: 'all' as const } };
  return value(await world.api.planRestore(request));
};

describe('tasks of whoever is signed in to the backup app', () => {
  it('are told about where nobody is, and backed up once somebody has signed in', async () => {
    const before = value(await world.api.forecast(repository, [ada, jonas]));
    expect(before.outOfReach).toEqual([told('nobody-signed-in', ada, jonas)]);
    const without = await backUp();
    expect(without).toMatchObject({ outcome: 'complete', failed: [], unreachable: [] });
    expect(without.outOfReach).toEqual([told('nobody-signed-in', ada, jonas)]);
    expect([await taskSnapshots(), port.prompts]).toEqual([[], 0]);

    await signIn();
    const forecast = value(await world.api.forecast(repository, [ada, jonas]));
    expect(forecast.outOfReach).toEqual([told('others', jonas)]);
    expect(forecast.items).toBeGreaterThanOrEqual(own().length);
    const report = await backUp();
    expect(report).toMatchObject({ outcome: 'complete', failed: [], unreachable: [] });
    expect(report.outOfReach).toEqual([told('others', jonas)]);
    expect(report.stored).toBe(own().length);
    const [snapshot, ...more] = await taskSnapshots();
    expect([snapshot?.account.id, more, port.prompts]).toEqual([ada, [], 1]);
    const { rows } = value(await world.api.rows(repository, snapshot?.id ?? '', { limit: 100 }));
    const names = rows.filter(({ state }) => state === 'stored').map(({ name }) => name);
    expect(names.toSorted()).toEqual(titles());
  });

  it('are put back and taken back as that person, and by nobody else', async () => {
    await signIn();
    await backUp();
    const before = titles();
    for (const { id } of own()) removeTask(world.tenant.world, ada, id);
    promote(jonas);
    port = personPort(world.tenant, 'jonas@contoso.example');
    world.api = await world.reload();
    value(await world.api.configure(world.config, port));
    value(await world.api.unlock(repository, { passphrase }));
    const planned = await plan();
    const refused = (code: string) => ({ error: { code, facts: { account: ada } } });
    const restore = () => world.api.restore(planned.hash, () => {});
    expect(await restore()).toMatchObject(refused('sign-in/interaction-required'));
    await signIn();
    expect(await restore()).toMatchObject(refused('sign-in/other-account'));
    expect(await world.api.signInToApp(tenantId, ada)).toMatchObject({
      error: { code: 'sign-in/other-account' },
    });
    expect(titles()).toEqual([]);
    port.upn = adaUpn;
    value(await world.api.signInToApp(tenantId, ada));
    const report = value(await restore());
    expect(report).toMatchObject({ restored: before.length, failed: [], differences: [], failure: null });
    expect(titles()).toEqual(before);
    value(await world.api.undoRestore(planned.hash));
    expect(titles()).toEqual([]);
    expect(world.tenant.world.outbox.sent).toEqual([]);
  });

  it('say that the right to them was not granted', async () => {
    const { apps, grants } = world.tenant.world.directory;
    const [connection] = value(await world.api.connections());
    const principal = apps.servicePrincipalByAppId(connection?.clientId ?? '');
    await signIn();
    for (const grant of grants.scopeGrants().filter(({ clientId }) => clientId === principal?.id))
      grant.scope = grant.scope.replace('Tasks.ReadWrite ', '');
    await signIn();
    const report = await backUp();
    expect(report).toMatchObject({ outcome: 'complete', unreachable: [] });
    expect(report.outOfReach).toEqual([told('not-granted', ada), told('others', jonas)]);
  });
});

describe('a run that rests in part on a sign-in to the backup app', () => {
  it('goes on without a prompt for most of a day where the sign-in may be renewed', async () => {
    await signIn();
    vi.setSystemTime(Date.now() + 20 * hour);
    let passed = 0;
    const asked: BackupProgress['asking'][] = [];
    const report = await backUp(({ itemsDone, asking }) => {
      if (asking) asked.push(asking);
      // More than are under way at once: none of the app's own assertions is then older than it says.
      if (itemsDone <= (passed + 1) * 30 || passed >= 2) return;
      passed += 1;
      vi.setSystemTime(Date.now() + 1.5 * hour);
    });
    expect(report).toMatchObject({ outcome: 'complete', failed: [], unreachable: [] });
    expect([passed, asked, port.prompts]).toEqual([2, [], 1]);
    expect(await taskSnapshots()).toHaveLength(1);
  });

  it('asks once the first token has ended without that, finishes the rest, and goes on after one click', async () => {
    port.staysSignedIn = false;
    await signIn();
    vi.setSystemTime(Date.now() + 2 * hour);
    let last: BackupProgress | undefined;
    let clicked = false;
    const report = await backUp((progress) => {
      last = progress;
      if (progress.phase !== 'asking' || clicked) return;
      clicked = true;
      // Only the one part waits: everything else has been brought home.
      const open = progress.accounts.filter(({ state }) => !['done', 'unreachable'].includes(state));
      expect(open).toMatchObject([{ account: ada, workload: 'tasks' }]);
      expect(progress.asking).toMatchObject({ tenantId, why: 'first-token-ended' });
      expect(port.prompts).toBe(1);
      void world.api.signInAgain(tenantId);
    });
    expect([clicked, last?.phase]).toEqual([true, 'finished']);
    expect(report).toMatchObject({ outcome: 'complete', failed: [], unreachable: [] });
    expect([port.prompts, (await taskSnapshots()).length]).toEqual([2, 1]);
  });

  it('asks after a day, whatever was renewed', async () => {
    await signIn();
    vi.setSystemTime(Date.now() + 25 * hour);
    const why = new Set<string | undefined>();
    const report = await backUp(({ phase, asking }) => {
      if (phase !== 'asking') return;
      why.add(asking?.why);
      if (why.size === 1 && port.prompts === 1) void world.api.signInAgain(tenantId);
    });
    expect([[...why], report.outcome]).toEqual([['day-ended'], 'complete']);
    expect(await taskSnapshots()).toHaveLength(1);
  });

  it('leaves that one part where somebody else signs in, and takes nobody’s tasks for another’s', async () => {
    promote(jonas);
    port.staysSignedIn = false;
    await signIn();
    vi.setSystemTime(Date.now() + 2 * hour);
    const report = await backUp(({ phase }) => {
      if (phase !== 'asking' || port.prompts > 1) return;
      port.upn = 'jonas@contoso.example';
      void world.api.signInAgain(tenantId);
    });
    expect(report.unreachable).toMatchObject([
      { account: ada, workload: 'tasks', failure: { code: 'sign-in/other-account' } },
    ]);
    expect([report.outcome, report.stored > 0, await taskSnapshots()]).toEqual(['incomplete', true, []]);
  });
});
