import { describe, expect, it } from 'vitest';
import { memoryRecords } from '../../../../workers/jobs/records.ts';
import { Vault, type Homes } from '../../../../workers/jobs/vault.ts';
import type { Bytes } from '../../../../workers/kernel/bytes.ts';
import { systemRandom } from '../../../../workers/kernel/clock.ts';
import { failure } from '../../../../workers/kernel/failure.ts';
import { err, ok, type Result } from '../../../../workers/kernel/result.ts';
import { createMemoryStore } from '../../../../workers/storage/memory.ts';
import { cheapKdf, memoryHomes, theCodec } from './fakes/homes.ts';
import { virtualClock } from './fakes/clock.ts';

const tenantId = '11111111-1111-4111-8111-111111111111';
const passphrase = 'correct horse battery staple 42';
const request = { folder: null, tenantId, tenantName: 'Contoso', passphrase };

const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.detail}`);
  return result.value;
};

/** A vault of its own over the same device: what a reload finds. */
async function setUp() {
  const homes = memoryHomes();
  const records = memoryRecords();
  const clock = virtualClock();
  const deps = { homes, records, clock, random: systemRandom, codec: theCodec, kdf: cheapKdf };
  return { homes, records, clock, vault: new Vault(deps), reload: () => new Vault(deps) };
}

describe('Vault', () => {
  it('makes a repository, unlocked, with recovery words, and finds it locked after a reload', async () => {
    const { vault, reload } = await setUp();
    const { repository, recoveryWords } = value(await vault.create(request));
    expect(repository).toMatchObject({ tenantId, tenantName: 'Contoso', unlocked: true });
    expect(recoveryWords).toHaveLength(24);
    expect(vault.repository(repository.id).ok).toBe(true);
    const later = reload();
    expect(value(await later.list())).toMatchObject([
      { id: repository.id, unlocked: false, tenantId: '', tenantName: '' },
    ]);
    expect(later.repository(repository.id)).toMatchObject({ ok: false, error: { code: 'vault/locked' } });
    expect(value(await later.unlock(repository.id, { passphrase }))).toMatchObject({ tenantName: 'Contoso' });
    await later.lock(repository.id);
    const words = recoveryWords.join(' ');
    expect(value(await later.unlock(repository.id, { recoveryWords: words })).unlocked).toBe(true);
  });

  it('keeps nothing on the device that names the tenant', async () => {
    const { vault, records } = await setUp();
    value(await vault.create(request));
    const kept = JSON.stringify(value(await records.list('')));
    expect(kept).not.toContain('Contoso');
    expect(kept).not.toContain(tenantId);
  });

  it('says that a passphrase is wrong, and stays locked', async () => {
    const { vault, reload } = await setUp();
    const { repository } = value(await vault.create(request));
    const later = reload();
    expect(await later.unlock(repository.id, { passphrase: 'wrong horse battery staple' })).toMatchObject({
      ok: false,
      error: { code: 'vault/wrong-passphrase' },
    });
    expect(later.repository(repository.id).ok).toBe(false);
  });

  it('leaves nothing behind where a repository could not be made', async () => {
    const { vault, homes, records } = await setUp();
    expect(await vault.create({ ...request, passphrase: '' })).toMatchObject({
      ok: false,
      error: { code: 'vault/weak-passphrase' },
    });
    expect(await vault.create({ ...request, tenantId: 'contoso' })).toMatchObject({
      ok: false,
      error: { code: 'input/invalid' },
    });
    expect(homes.files.size).toBe(0);
    expect(value(await records.list(''))).toEqual([]);
  });

  it('forgets a repository with its files', async () => {
    const { vault, homes } = await setUp();
    const { repository } = value(await vault.create(request));
    expect(homes.files.size).toBe(1);
    value(await vault.forget(repository.id));
    expect(homes.files.size).toBe(0);
    expect(value(await vault.list())).toEqual([]);
    expect(await vault.unlock(repository.id, { passphrase })).toMatchObject({
      ok: false,
      error: { code: 'input/invalid' },
    });
  });

  it('locks what was not used for a quarter of an hour, but not while a job runs', async () => {
    const { vault, clock } = await setUp();
    const { id } = value(await vault.create(request)).repository;
    clock.advance(14 * 60_000);
    expect(await vault.lockIdle(new Set())).toEqual([]);
    vault.repository(id);
    clock.advance(14 * 60_000);
    expect(await vault.lockIdle(new Set())).toEqual([]);
    clock.advance(60_000);
    expect(await vault.lockIdle(new Set([id]))).toEqual([]);
    clock.advance(15 * 60_000);
    expect(await vault.lockIdle(new Set())).toEqual([id]);
    expect(vault.repository(id)).toMatchObject({ ok: false, error: { code: 'vault/locked' } });
  });

  it('gets to know a folder that holds a repository, and refuses one that does not', async () => {
    const first = await setUp();
    const { repository } = value(await first.vault.create(request));
    const [files] = first.homes.files.values();
    const second = await setUp();
    const handle = { kind: 'directory', name: 'Backups' } as FileSystemDirectoryHandle;
    second.homes.folders.set('Backups', files ?? new Map<string, Bytes>());
    expect(value(await second.vault.attach(handle))).toMatchObject({
      id: repository.id,
      label: 'Backups',
      unlocked: false,
      handle: { name: 'Backups' },
    });
    expect(value(await second.vault.unlock(repository.id, { passphrase })).tenantName).toBe('Contoso');
    second.homes.folders.set('Empty', new Map());
    expect(await second.vault.attach({ ...handle, name: 'Empty' })).toMatchObject({
      ok: false,
      error: { code: 'repository/not-a-repository' },
    });
  });

  it('passes on that a folder may no longer be read', async () => {
    const records = memoryRecords();
    const lost: Homes = {
      open: async () => err(failure('storage/permission-lost', 'the folder', { retry: 'after-user' })),
      destroy: async () => ok(),
    };
    await records.put('repository:x', {
      id: 'x',
      home: { kind: 'browser', name: 'x' },
      place: createMemoryStore().place.kind,
      label: 'x',
      evictable: false,
    });
    const vault = new Vault({
      homes: lost,
      records,
      clock: virtualClock(),
      random: systemRandom,
      codec: theCodec,
    });
    expect(await vault.unlock('x', { passphrase })).toMatchObject({
      ok: false,
      error: { code: 'storage/permission-lost' },
    });
  });
});
