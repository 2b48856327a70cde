/** One's own account through the whole engine: no administrator, no app, no relay; a run that outlives its sign-in. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineApi } from '../../workers/contract/engine-api.ts';
import type { BackupProgress } from '../../workers/contract/jobs.ts';
import { globalCloud } from '../../workers/graph/hosts.ts';
import {
  engineWorld,
  filesOf,
  idOf,
  mailOf,
  passphrase,
  tasksOf,
  value,
  type EngineWorld,
} from './engine-world.ts';
import { personPort, type PersonPort } from './person-port.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const hour = 60 * 60_000;

let world: EngineWorld;
let port: PersonPort;
let api: EngineApi;
let jonas: string;
beforeEach(async () => {
  world = await engineWorld();
  world.net.relayUp = false;
  port = personPort(world.tenant, 'jonas@contoso.example');
  jonas = idOf(world, 'jonas');
  api = await configured(world.api);
});

async function configured(engine: EngineApi): Promise<EngineApi> {
  const { registrator } = world.tenant.clientIds;
  value(
    await engine.configure(
      { cloud: globalCloud, registratorClientId: registrator, relay: null, build: 'test' },
      port,
    ),
  );
  return engine;
}

async function repositoryOf(): Promise<string> {
  const { tenantId, tenantName } = value(await api.connectOwn());
  const place = { kind: 'browser', name: tenantName } as const;
  return value(await api.createRepository({ place, tenantId, tenantName, passphrase })).repository.id;
}

/** Runs a backup; `seen` is told of each progress and may move time or click. */
const backUp = (repository: string, seen: (progress: BackupProgress) => void = () => {}) =>
  api.backup(repository, [jonas], seen);

describe('one’s own account', () => {
  it('is backed up and put back by the person’s own consent, with the relay down', async () => {
    const connection = value(await api.connectOwn());
    expect(connection).toMatchObject({
      kind: 'own',
      account: jonas,
      tenantName: 'Jonas Meyerhold, Contoso Joinery',
    });
    const repository = await repositoryOf();
    const report = value(await backUp(repository));
    expect(report).toMatchObject({ outcome: 'complete', failed: [], unreachable: [] });
    const own = tasksOf(world, jonas).filter(({ isFlag }) => !isFlag);
    expect(report.stored).toBe(mailOf(world, jonas).length + filesOf(world, jonas).length + own.length);
    for (const workload of ['mail', 'drive', 'tasks']) {
      const snapshots = value(await api.snapshots(repository));
      const snapshot = snapshots.find((each) => each.workload === workload)?.id ?? '';
      const plan = value(await api.planRestore({ repository, snapshot, scope: { kind: 'all' } }));
      const restored = value(await api.restore(plan.hash, () => {}));
      expect(restored).toMatchObject({ restored: plan.items, failed: [], differences: [] });
    }
    expect(port.prompts).toBe(1);
    expect(world.tenant.world.outbox.sent).toEqual([]);
  });

  it('is nobody else’s', async () => {
    const repository = await repositoryOf();
    const report = value(await api.backup(repository, [idOf(world, 'ada')], () => {}));
    expect(report.stored).toBe(0);
    expect(report.unreachable.map(({ failure }) => failure?.code)).toContain('graph/forbidden');
  });

  it('is refused in words where administrators alone may consent', async () => {
    world.tenant.world.switches.userConsent = 'refused';
    expect(await api.connectOwn()).toMatchObject({ error: { code: 'sign-in/administrators-consent' } });
    expect(value(await api.connections())).toEqual([]);
  });

  it('does not take the place of the tenant’s backup app', async () => {
    world.net.relayUp = true;
    const other = await world.reload();
    value(await other.onboard('read-only', () => {}));
    api = await configured(other);
    expect(value(await api.connectOwn())).toMatchObject({ kind: 'app' });
    expect(value(await api.connections())).toMatchObject([{ kind: 'app' }]);
  });

  it('does not take the place of another person’s either, until that one is forgotten', async () => {
    const own = value(await api.connectOwn());
    port = personPort(world.tenant, 'ada@contoso.example');
    api = await configured(await world.reload());
    expect(await api.connectOwn()).toMatchObject({
      error: { code: 'sign-in/other-account', detail: expect.stringContaining(own.tenantName) as string },
    });
    expect(value(await api.connections())).toEqual([own]);
    value(await api.forgetOwn(world.tenant.tenantId));
    expect(value(await api.connectOwn())).toMatchObject({ account: idOf(world, 'ada') });
  });

  it('passes in no check for an installed backup app', async () => {
    value(await api.connectOwn());
    port = personPort(world.tenant, 'ada@contoso.example');
    api = await configured(await world.reload());
    const report = value(await api.check(() => {}, true));
    expect(report).toMatchObject({ installed: false, profile: null });
    expect(report.permissions.filter(({ app, granted }) => app === 'backup' && granted === 'yes')).toEqual(
      [],
    );
  });

  it('is forgotten by this device, and its backup still opens', async () => {
    const repository = await repositoryOf();
    value(await backUp(repository));
    value(await api.forgetOwn(world.tenant.tenantId));
    expect(value(await api.connections())).toEqual([]);
    expect(value(await api.snapshots(repository))).toHaveLength(3);
    expect(await api.forgetOwn(world.tenant.tenantId)).toMatchObject({ error: { code: 'input/invalid' } });
  });
});

describe('a run on a person’s sign-in', () => {
  it('outlives three hours without a prompt', async () => {
    const repository = await repositoryOf();
    let passed = 0;
    const phases = new Set<string>();
    const report = await backUp(repository, ({ phase, itemsDone }) => {
      phases.add(phase);
      if (itemsDone < passed * 10 || passed >= 4) return;
      passed += 1;
      vi.setSystemTime(Date.now() + 0.8 * hour);
    });
    expect(value(report)).toMatchObject({ outcome: 'complete', failed: [] });
    expect([passed, port.prompts, phases.has('asking')]).toEqual([4, 1, false]);
  });

  it('waits after a day, and one click lets it go on', async () => {
    const repository = await repositoryOf();
    let isLater = false;
    const asked: BackupProgress['asking'][] = [];
    const report = await backUp(repository, ({ phase, itemsDone, asking }) => {
      if (itemsDone > 0 && !isLater) {
        isLater = true;
        vi.setSystemTime(Date.now() + 25 * hour);
      }
      if (phase !== 'asking' || asked.length > 0) return;
      asked.push(asking);
      expect(port.prompts).toBe(1);
      void api.signInAgain(world.tenant.tenantId);
    });
    expect(value(report)).toMatchObject({ outcome: 'complete', failed: [], unreachable: [] });
    expect(asked).toMatchObject([{ tenantId: world.tenant.tenantId, why: 'day-ended' }]);
    expect(port.prompts).toBe(2);
  });

  it('asks when its first token ends, where the sign-in cannot be renewed', async () => {
    port.staysSignedIn = false;
    const repository = await repositoryOf();
    let isLater = false;
    let clicks = 0;
    const report = await backUp(repository, ({ phase, itemsDone }) => {
      if (itemsDone > 0 && !isLater) {
        isLater = true;
        vi.setSystemTime(Date.now() + 2 * hour);
      }
      if (phase !== 'asking' || clicks > 0) return;
      clicks += 1;
      void api.signInAgain(world.tenant.tenantId);
    });
    expect(value(report)).toMatchObject({ outcome: 'complete', failed: [] });
    expect([clicks, port.prompts]).toEqual([1, 2]);
  });

  it('can be cancelled while it waits, and goes on later with what it has', async () => {
    const repository = await repositoryOf();
    let isLater = false;
    const report = await backUp(repository, ({ phase, itemsDone }) => {
      if (itemsDone > 0 && !isLater) {
        isLater = true;
        vi.setSystemTime(Date.now() + 25 * hour);
      }
      if (phase === 'asking') void api.control(repository, 'cancel');
    });
    expect(value(report).outcome).toBe('cancelled');
    expect(port.prompts).toBe(1);
    expect(await api.forecast(repository, [jonas])).toMatchObject({
      error: { code: 'sign-in/interaction-required' },
    });
    value(await api.signInAgain(world.tenant.tenantId));
    expect(value(await backUp(repository))).toMatchObject({ outcome: 'complete', failed: [] });
  });
});
