import { describe, expect, it } from 'vitest';
import { createMemoryAccessStore } from '../../../../workers/access/access-store.ts';
import { createEngine, type EngineDeps } from '../../../../workers/engine.ts';
import { globalCloud } from '../../../../workers/graph/hosts.ts';
import { localLocks } from '../../../../workers/jobs/locks.ts';
import { memoryRecords } from '../../../../workers/jobs/records.ts';
import { memoryFiles } from '../../../../workers/jobs/temporary-file.ts';
import { systemRandom } from '../../../../workers/kernel/clock.ts';
import { failure } from '../../../../workers/kernel/failure.ts';
import { err } from '../../../../workers/kernel/result.ts';
import { virtualClock } from '../jobs/fakes/clock.ts';
import { cheapKdf, memoryHomes, theCodec } from '../jobs/fakes/homes.ts';

const passphrase = 'correct horse battery staple 42';
const tenantId = '11111111-1111-4111-8111-111111111111';

function setUp(more: Partial<EngineDeps> = {}) {
  const clock = virtualClock();
  const engine = createEngine({
    clock,
    random: systemRandom,
    fetch: () => Promise.reject(new TypeError('no network in this test')),
    online: () => false,
    homes: memoryHomes(),
    records: memoryRecords(),
    access: createMemoryAccessStore(),
    locks: localLocks(),
    files: memoryFiles(),
    codec: theCodec,
    kdf: cheapKdf,
    ...more,
  });
  const create = () =>
    engine.api.createRepository({
      place: { kind: 'browser', name: 'Contoso' },
      tenantId,
      tenantName: 'Contoso',
      passphrase,
    });
  return { engine, api: engine.api, clock, create };
}

const config = { cloud: globalCloud, registratorClientId: null, relay: null, build: 'test' };
const connection = {
  tenantId,
  tenantName: 'Contoso',
  clientId: 'c',
  profile: 'read-only',
  certificateExpires: '2027-01-01T00:00:00Z',
  kind: 'app',
  applicationId: null,
  account: null,
  homeTenantId: tenantId,
} as const;
const noTokens = { acquire: async () => err(failure('sign-in/interaction-required', 'nobody')) };

describe('the engine', () => {
  it('turns a thrown bug into a defect at its door, wherever it was thrown', async () => {
    const records = { ...memoryRecords(), list: () => Promise.reject(new RangeError('a bug')) };
    const { api } = setUp({ records });
    expect(await api.repositories()).toMatchObject({
      ok: false,
      error: { code: 'defect/unexpected', detail: 'RangeError: a bug' },
    });
  });

  it('answers every call with a coded failure where nothing is known', async () => {
    const { api } = setUp();
    const none = () => {};
    const codes = await Promise.all(
      [
        api.check(none, false),
        api.checkFully(tenantId, none),
        api.onboard('complete', none),
        api.accounts(tenantId, none),
        api.disconnect(tenantId, none),
        api.previewRemoval(tenantId),
        api.unlock('x', { passphrase }),
        api.attach({ kind: 'browser', name: 'x' }),
        api.forget('x'),
        api.forecast('x', []),
        api.backup('x', [], none),
        api.control('x', 'pause'),
        api.snapshots('x'),
        api.folders('x', 'y'),
        api.rows('x', 'y', { limit: 1 }),
        api.item('x', 'y', 'z'),
        api.message('x', 'y', 'z'),
        api.download('x', 'y', 'z'),
        api.exportZip('x', { snapshots: [] }, none),
        api.verify('x', none),
        api.planRestore({ repository: 'x', snapshot: 'y', scope: { kind: 'all' } }),
        api.restore('hash', none),
        api.cancelRestore('hash'),
        api.undoRestore('hash'),
      ].map(async (call) => {
        const result = await call;
        return result.ok ? 'ok' : result.error.code;
      }),
    );
    expect(new Set(codes)).toEqual(
      new Set(['input/not-configured', 'input/not-connected', 'input/invalid', 'vault/locked']),
    );
  });

  it('needs a client id to sign in and a relay to reach a tenant, and says which is missing', async () => {
    const access = createMemoryAccessStore();
    const { api } = setUp({ access });
    await api.configure(config, noTokens);
    expect(await api.check(() => {}, false)).toMatchObject({
      ok: false,
      error: { code: 'input/not-configured', detail: 'config.json names no client id' },
    });
    await access.saveConnection(connection);
    expect(await api.accounts(tenantId, () => {})).toMatchObject({
      ok: false,
      error: { code: 'input/not-configured', detail: 'config.json names no relay' },
    });
  });

  it('asks for a connection before it backs up', async () => {
    const { api, create } = setUp();
    await api.configure({ ...config, relay: '/relay' }, noTokens);
    const made = await create();
    if (!made.ok) throw new Error(made.error.code);
    expect(await api.backup(made.value.repository.id, ['ann'], () => {})).toMatchObject({
      ok: false,
      error: { code: 'input/not-connected' },
    });
  });

  it('locks by itself after a quarter of an hour without use', async () => {
    const { engine, api, clock, create } = setUp();
    const made = await create();
    if (!made.ok) throw new Error(made.error.code);
    const { id } = made.value.repository;
    expect((await api.snapshots(id)).ok).toBe(true);
    clock.advance(15 * 60_000);
    await engine.lockIdle();
    expect(await api.snapshots(id)).toMatchObject({ ok: false, error: { code: 'vault/locked' } });
  });
});
