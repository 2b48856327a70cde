/** The copies of a keyring: written, vouched for with the keys that came out of them, and made anew where one is gone. */
import * as v from 'valibot';
import type { Slot } from '../crypto/slot.ts';
import { concat, toHex, utf8, type Bytes } from '../kernel/bytes.ts';
import type { TenantId } from '../kernel/brand.ts';
import { failure } from '../kernel/failure.ts';
import { ok, type Result } from '../kernel/result.ts';
import type { BlobReader, BlobStore } from '../storage/blob-store.ts';
import {
  encodeHeader,
  fileName,
  folderOf,
  headerLength,
  idLength,
  objectOfName,
  type Header,
} from './format.ts';
import { openObjectFrame, sealObjectFrame, type Sealing } from './frame.ts';
import { parseJson } from './json.ts';
import { encodeKeyringBody, readEachCopy, type KeyringCopy } from './keyring.ts';
import type { RepositoryHead } from './model.ts';
import { putVerified } from './object-file.ts';
import type { DamagedFile } from './open-repository.ts';

/** Losing the keyring loses everything, so there are two. */
const wantedCopies = 2;
const generation = 1;

const headSchema = v.strictObject({ tenantId: v.string(), tenantName: v.string() });
export type SealedHead = Pick<RepositoryHead, 'tenantId' | 'tenantName'>;

/** Undefined where the copy is not as it was written. */
export async function openHead(sealing: Sealing, copy: KeyringCopy): Promise<SealedHead | undefined> {
  const bytes = await openObjectFrame(sealing, copy.header, copy.sealedHead, copy.vouched);
  const head = v.safeParse(headSchema, bytes && parseJson(bytes));
  return head.success ? { ...head.output, tenantId: head.output.tenantId as TenantId } : undefined;
}

/** A copy under an id of its own, read back. `body`: everything between header and head. */
async function writeCopy(store: BlobStore, sealing: Sealing, body: Bytes, head: SealedHead) {
  const object = sealing.random.bytes(idLength);
  const header: Header = { kind: 'keyring', repository: sealing.keys.repository, object };
  const vouched = concat(encodeHeader(header), body);
  const { tenantId, tenantName } = head;
  const text = utf8(JSON.stringify({ tenantId, tenantName }));
  const bytes = concat(vouched, await sealObjectFrame(sealing, header, text, vouched));
  const name = fileName('keyring', object, generation);
  return { name, written: await putVerified(store, name, bytes) };
}

/** All copies of a new keyring. Takes them back where one cannot be written. */
export async function writeCopies(
  store: BlobStore,
  sealing: Sealing,
  head: SealedHead,
  keyring: { readonly created: number; readonly slots: readonly Slot[] },
): Promise<Result<void>> {
  const body = encodeKeyringBody(keyring.created, keyring.slots);
  const names: string[] = [];
  while (names.length < wantedCopies) {
    const { name, written } = await writeCopy(store, sealing, body, head);
    names.push(name);
    if (written.ok) continue;
    for (const started of names) await store.delete(started);
    return written;
  }
  return ok();
}

interface Copies {
  /** Any that opens can be the source of new ones: it may be the last. */
  readonly source: { readonly body: Bytes; readonly head: SealedHead } | undefined;
  /** How many open and lie under their own name. */
  readonly whole: number;
  readonly damaged: readonly DamagedFile[];
}

async function inspectCopies(sealing: Sealing, store: BlobReader): Promise<Result<Copies>> {
  const found = await readEachCopy(store);
  if (!found.ok) return found;
  let source: Copies['source'];
  const damaged: DamagedFile[] = [];
  for (const { name, copy } of found.value) {
    const head = copy.ok ? await openHead(sealing, copy.value) : undefined;
    if (copy.ok && head) source ??= { body: copy.value.vouched.slice(headerLength), head };
    const isAtHome = copy.ok && toHex(copy.value.header.object) === objectOfName(name);
    if (head && isAtHome) continue;
    const corrupt = failure('repository/corrupt', `${name}: ${head ? 'under another name' : 'altered'}`);
    damaged.push({ name, failure: copy.ok ? corrupt : copy.error });
  }
  return ok({ source, whole: found.value.length - damaged.length, damaged });
}

/** Copies that are damaged or unreadable, and the folder itself where fewer are whole than there should be. */
export async function damagedCopies(
  sealing: Sealing,
  store: BlobReader,
): Promise<Result<readonly DamagedFile[]>> {
  const copies = await inspectCopies(sealing, store);
  if (!copies.ok) return copies;
  const { whole, damaged } = copies.value;
  if (damaged.length > 0 || whole >= wantedCopies) return ok(damaged);
  const name = folderOf('keyring');
  return ok([{ name, failure: failure('repository/corrupt', `${name}: ${whole} of ${wantedCopies}`) }]);
}

/** Writes what copies are lacking after one was lost or damaged, from one that opens. A damaged file is left where it is. */
export async function renewCopies(sealing: Sealing, store: BlobStore): Promise<Result<void>> {
  const copies = await inspectCopies(sealing, store);
  if (!copies.ok) return copies;
  const { source, whole } = copies.value;
  if (!source) return ok();
  for (let count = whole; count < wantedCopies; count++) {
    const { written } = await writeCopy(store, sealing, source.body, source.head);
    if (!written.ok) return written;
  }
  return ok();
}
