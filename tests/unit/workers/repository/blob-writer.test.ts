import { describe, expect, it, vi } from 'vitest';
import { importMaterial } from '../../../../workers/crypto/derive.ts';
import { utf8 } from '../../../../workers/kernel/bytes.ts';
import { systemRandom } from '../../../../workers/kernel/clock.ts';
import { failure } from '../../../../workers/kernel/failure.ts';
import { err } from '../../../../workers/kernel/result.ts';
import { BlobWriter } from '../../../../workers/repository/blob-writer.ts';
import { deriveKeys } from '../../../../workers/repository/keys.ts';
import type { OpenRepository } from '../../../../workers/repository/open-repository.ts';
import { PackIndex } from '../../../../workers/repository/pack-index.ts';
import { readBlob } from '../../../../workers/repository/read-blob.ts';
import type { BlobStore } from '../../../../workers/storage/blob-store.ts';
import { memory, sharedCodec, steppingClock, tenantId, value } from '../../../faults/scene.ts';

async function openOn(store: BlobStore): Promise<OpenRepository> {
  const master = await importMaterial(systemRandom.bytes(32));
  const keys = await deriveKeys(master, systemRandom.bytes(16));
  return {
    store,
    clock: steppingClock(),
    sealing: { codec: await sharedCodec(), random: systemRandom, keys },
    keyring: { body: new Uint8Array(), head: { tenantId, tenantName: 'Contoso' } },
    index: new PackIndex(),
    segments: new Map(),
    unindexed: new Map(),
  };
}

const noise = (length: number) => {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
};

function newGate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

describe('a blob writer', () => {
  it('says that all is durable only when it is, also while another call is trying a refused pack again', async () => {
    const inner = memory(new Map());
    const gate = newGate();
    let puts = 0;
    const open = await openOn({
      ...inner,
      async put(name, bytes) {
        // The flush below tries once, and once again.
        if (puts++ < 2) return err(failure('storage/full', name));
        await gate.opened;
        return inner.put(name, bytes);
      },
    });
    const writer = new BlobWriter(open);
    const { id } = value(await writer.put('content', utf8('first')));
    expect(await writer.flush()).toMatchObject({ error: { code: 'storage/full' } });
    const second = writer.put('content', utf8('second'));
    await vi.waitUntil(() => puts === 3);
    let flushed = false;
    const flushing = writer.flush().then((result) => {
      flushed = true;
      return result;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(flushed).toBe(false);
    gate.open();
    value(await flushing);
    expect(value(await readBlob(open, 'content', id))).toEqual(utf8('first'));
    value(await second);
    value(await writer.flush());
  });

  it('never says that all is durable once a pack was lost to a throw, as when memory runs out', async () => {
    const inner = memory(new Map());
    let puts = 0;
    const open = await openOn({
      ...inner,
      put: (name, bytes) => {
        if (puts++ === 0) throw new RangeError('Array buffer allocation failed');
        return inner.put(name, bytes);
      },
    });
    const writer = new BlobWriter(open);
    value(await writer.put('content', utf8('first')));
    await expect(writer.flush()).rejects.toThrow('allocation');
    await expect(writer.put('content', utf8('first'))).rejects.toThrow('allocation');
    await expect(writer.flush()).rejects.toThrow('allocation');
  });

  it('holds producers back while the store is slow', async () => {
    const inner = memory(new Map());
    const gate = newGate();
    const open = await openOn({
      ...inner,
      async put(name, bytes) {
        await gate.opened;
        return inner.put(name, bytes);
      },
    });
    const writer = new BlobWriter(open);
    let accepted = 0;
    const all = Array.from({ length: 20 }, async () => {
      for (let i = 0; i < 2; i++) {
        value(await writer.put('content', noise(4_000_000)));
        accepted++;
      }
    });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    // Two packs on their way, one being filled, and at most one blob more for each producer.
    expect(accepted).toBeLessThan(36);
    gate.open();
    await Promise.all(all);
    value(await writer.flush());
    expect(open.index.size).toBe(40);
  });

  it('stores a blob of a pack that nobody vouches for again, unless it opens', async () => {
    const files = new Map();
    const open = await openOn(memory(files));
    const writer = new BlobWriter(open);
    value(await writer.put('content', utf8('known')));
    value(await writer.flush());
    const [{ contents } = { contents: undefined }] = open.unindexed.values();
    if (!contents) throw new Error('no pack');
    const adopted = { ...open, index: new PackIndex() };
    adopted.index.add(contents, false);
    expect(value(await new BlobWriter(adopted).put('content', utf8('known'))).written).toBe(0);
    for (const bytes of files.values()) bytes[70] ^= 1;
    expect(value(await new BlobWriter(adopted).put('content', utf8('known'))).written).toBeGreaterThan(0);
  });
});
