/** Small whole files (index segments, snapshots, runs): sealed, written once, read back before anyone relies on them. */
import { equalBytes, fromHex, type Bytes } from '../kernel/bytes.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { BlobReader, BlobStore, FileName } from '../storage/blob-store.ts';
import { fileName, headerLength, idLength, objectOfName, parseHeader, type ObjectKind } from './format.ts';
import { frameOverhead, openObjectFrame, sealObject, type Sealing } from './frame.ts';
import { mostObjectBytes } from './limits.ts';
import type { OpenRepository } from './open-repository.ts';

/** Durable and read back equal when it returns ok. Fails as the store does, or with storage/io where it lies. */
export async function putVerified(store: BlobStore, name: FileName, bytes: Bytes): Promise<Result<void>> {
  const put = await store.put(name, bytes);
  if (!put.ok) return put;
  const again = await store.get(name);
  if (!again.ok) return again;
  if (equalBytes(again.value, bytes)) return ok();
  await store.delete(name);
  return err(failure('storage/io', `${name} reads back differently`, { retry: 'later' }));
}

/** As `putVerified`; gives the file's name. */
export async function writeObject(
  { store, sealing }: OpenRepository,
  kind: ObjectKind,
  object: Bytes,
  bytes: Bytes,
): Promise<Result<string>> {
  if (bytes.length > mostObjectBytes)
    return err(failure('repository/limit', `${kind} of ${bytes.length} bytes`));
  const name = fileName(kind, object);
  const file = await sealObject(sealing, { kind, repository: sealing.keys.repository, object }, bytes);
  const put = await putVerified(store, name, file);
  return put.ok ? ok(name) : put;
}

export const newObjectId = ({ random }: Sealing): Bytes => random.bytes(idLength);

/** Failures: repository/corrupt, and the store's. */
export async function readObject(
  sealing: Sealing,
  store: BlobReader,
  kind: ObjectKind,
  name: FileName,
): Promise<Result<Bytes>> {
  const corrupt = (what: string) => err(failure('repository/corrupt', `${name}: ${what}`));
  const size = await store.size(name);
  if (!size.ok) return size;
  if (size.value > mostObjectBytes + headerLength + frameOverhead) return corrupt(`${size.value} bytes`);
  const file = await store.get(name);
  if (!file.ok) return file;
  const header = parseHeader(file.value);
  // Of another version too: which format a repository has is its keyring's to say (docs/format.md, "Files").
  if (!header.ok) return corrupt(header.error.detail);
  const claimed = fromHex(objectOfName(name) ?? '');
  const { repository, object } = header.value;
  const ours = equalBytes(repository, sealing.keys.repository) && header.value.kind === kind;
  if (!ours || !claimed || !equalBytes(claimed, object)) return corrupt('not what its name says');
  const bytes = await openObjectFrame(sealing, header.value, file.value.subarray(headerLength));
  return bytes ? ok(bytes) : corrupt('contents');
}
