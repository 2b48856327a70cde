/** Index segments of repositories with very many blobs. */
import { expect, it } from 'vitest';
import { importMaterial } from '../../../../workers/crypto/derive.ts';
import { systemRandom } from '../../../../workers/kernel/clock.ts';
import { fileName } from '../../../../workers/repository/format.ts';
import { refreshIndex, saveIndex } from '../../../../workers/repository/index-segment.ts';
import { deriveKeys } from '../../../../workers/repository/keys.ts';
import type { OpenRepository } from '../../../../workers/repository/open-repository.ts';
import type { PackContents } from '../../../../workers/repository/pack-entry.ts';
import { PackIndex } from '../../../../workers/repository/pack-index.ts';
import { memory, sharedCodec, steppingClock, tenantId, value } from '../../../faults/scene.ts';

async function openOn(files: Map<string, Uint8Array<ArrayBuffer>>): Promise<OpenRepository> {
  const keys = await deriveKeys(await importMaterial(new Uint8Array(32)), new Uint8Array(16));
  return {
    store: memory(files),
    clock: steppingClock(),
    sealing: { codec: await sharedCodec(), random: systemRandom, keys },
    keyring: { body: new Uint8Array(), head: { tenantId, tenantName: 'Contoso' } },
    index: new PackIndex(),
    segments: new Map(),
    unindexed: new Map(),
  };
}

it('an index made anew for more blobs than a segment should hold is written in several', async () => {
  const packs = 3;
  const blobsEach = 30_000;
  const entries: PackContents['entries'] = Array.from({ length: blobsEach }, (_, i) => ({
    id: systemRandom.bytes(32),
    type: 'rows',
    offset: 44 + i * 40,
    length: 40,
  }));
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const open = await openOn(files);
  for (let i = 0; i < packs; i++) {
    const contents: PackContents = { pack: systemRandom.bytes(16), kind: 'tree-pack', entries };
    open.unindexed.set(fileName('tree-pack', contents.pack), { contents, verified: true });
  }
  value(await saveIndex(open));
  expect(open.unindexed.size).toBe(0);
  expect(files.size).toBe(2);
  const again = await openOn(files);
  expect(value(await refreshIndex(again))).toEqual([]);
  expect(again.index.packCount).toBe(packs);
});
