/** The engine's real worker in a real browser: its stores, locks, codec and wire, as a page meets them. */
import { proxy, releaseProxy, wrap, type Remote } from 'comlink';
import { afterEach, describe, expect, it } from 'vitest';
import type { EngineApi } from '../../workers/contract/engine-api.ts';
import type { Result } from '../../workers/kernel/result.ts';

const passphrase = 'correct horse battery staple 42';
const tenantId = '11111111-1111-4111-8111-111111111111';

const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.detail}`);
  return result.value;
};

let opened: { worker: Worker; api: Remote<EngineApi> }[] = [];

function open(): Remote<EngineApi> {
  const worker = new Worker(new URL('../../workers/engine.worker.ts', import.meta.url), { type: 'module' });
  const api = wrap<EngineApi>(worker);
  opened.push({ worker, api });
  return api;
}

function closeAll(): void {
  for (const { worker, api } of opened) {
    api[releaseProxy]();
    worker.terminate();
  }
  opened = [];
}

afterEach(closeAll);

describe('the engine in its worker', () => {
  it('keeps a repository over the end of the worker, and deletes it when asked', async () => {
    const api = open();
    const made = value(
      await api.createRepository({
        place: { kind: 'browser', name: 'Contoso' },
        tenantId,
        tenantName: 'Contoso',
        passphrase,
      }),
    );
    expect(made.repository).toMatchObject({ unlocked: true, tenantName: 'Contoso', place: 'opfs' });
    expect(made.recoveryWords).toHaveLength(24);
    const { id } = made.repository;
    closeAll();

    const later = open();
    expect(value(await later.repositories())).toContainEqual(
      expect.objectContaining({ id, unlocked: false, tenantName: '' }),
    );
    expect(await later.unlock(id, { passphrase: 'wrong horse battery staple' })).toMatchObject({
      ok: false,
      error: { code: 'vault/wrong-passphrase' },
    });
    expect(value(await later.unlock(id, { passphrase })).tenantName).toBe('Contoso');
    expect(value(await later.snapshots(id))).toEqual([]);
    expect(value(await later.interrupted(id))).toBeNull();
    const zip = value(
      await later.exportZip(
        id,
        { snapshots: [] },
        proxy(() => {}),
      ),
    );
    expect(zip.blob.type).toBe('application/octet-stream');
    value(await later.forget(id));
    expect(value(await later.repositories()).map((each) => each.id)).not.toContain(id);
  });

  it('sends failures over the wire whole', async () => {
    const api = open();
    expect(
      await api.verify(
        'nobody',
        proxy(() => {}),
      ),
    ).toEqual({
      ok: false,
      error: { code: 'vault/locked', retry: 'after-user', detail: 'the backup is locked' },
    });
  });
});
