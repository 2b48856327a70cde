/** The keys of an unlocked repository, derived from the master key. None can be taken out of this realm. */
import { deriveBytes, deriveHmac, hmac, objectKey } from '../crypto/derive.ts';
import { concat, toHex, type Bytes } from '../kernel/bytes.ts';
import { blobTypeNumber, type BlobType, type ObjectKind } from './format.ts';

export interface RepositoryKeys {
  /** 16 bytes. */
  readonly repository: Bytes;
  /** HMAC-SHA-256 of type and plaintext: equal content is found, yet nobody without the key can ask whether it is here. */
  blobId(type: BlobType, plaintext: Bytes): Promise<Bytes>;
  blobKey(type: BlobType, id: Bytes): Promise<CryptoKey>;
  /** For whole files, by their random 128-bit id. */
  objectKey(kind: ObjectKind, object: Bytes): Promise<CryptoKey>;
  /** Makes chunk boundaries unpredictable, so that their lengths do not betray known files. */
  readonly gearTable: Uint32Array;
  /** Seeds the page boundaries of trees. */
  readonly treeSeed: number;
}

/** A blob's key is asked for when it is sealed and again when its pack is read back: a pack of small blobs' worth is kept. */
const mostKeysKept = 16_384;

function remembering(derive: (id: Bytes) => Promise<CryptoKey>): (id: Bytes) => Promise<CryptoKey> {
  const kept = new Map<string, Promise<CryptoKey>>();
  return (id) => {
    const hex = toHex(id);
    const known = kept.get(hex);
    if (known) return known;
    const [oldest] = kept.keys();
    if (kept.size >= mostKeysKept && oldest !== undefined) kept.delete(oldest);
    const key = derive(id);
    kept.set(hex, key);
    return key;
  };
}

export async function deriveKeys(master: CryptoKey, repository: Bytes): Promise<RepositoryKeys> {
  const root = (purpose: string) => deriveHmac(master, repository, `holdfast/0/${purpose}`);
  const secret = (purpose: string, count: number) =>
    deriveBytes(master, repository, `holdfast/0/${purpose}`, count);
  const ids = await root('id');
  const blobRoot = async (type: BlobType) => {
    const key = await root(`blob/${type}`);
    return remembering((id) => objectKey(key, id));
  };
  const blobs = {
    content: await blobRoot('content'),
    rows: await blobRoot('rows'),
    folders: await blobRoot('folders'),
  };
  const objects = {
    keyring: await root('object/keyring'),
    'data-pack': await root('object/data-pack'),
    'tree-pack': await root('object/tree-pack'),
    index: await root('object/index'),
    snapshot: await root('object/snapshot'),
    run: await root('object/run'),
  };
  const gear = new DataView((await secret('chunker', 256 * 4)).buffer);
  const treeSeed = new DataView((await secret('tree', 4)).buffer).getUint32(0);
  return {
    repository,
    blobId: (type, plaintext) => hmac(ids, concat(Uint8Array.of(blobTypeNumber(type)), plaintext)),
    blobKey: (type, id) => blobs[type](id),
    objectKey: (kind, object) => objectKey(objects[kind], object),
    gearTable: Uint32Array.from({ length: 256 }, (_, i) => gear.getUint32(i * 4)),
    treeSeed,
  };
}
