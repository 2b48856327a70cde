/** The copies of a keyring: written, vouched for with the keys that came out of them, and made anew where one is gone. */
import * as v from 'valibot';
import { concat, equalBytes, toHex, utf8 } from '../kernel/bytes.ts';
import type { TenantId } from '../kernel/brand.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
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
import {
  readEachCopy,
  type FoundCopy,
  type KeyringCopy,
  type KnownKeyring,
  type SealedHead,
} from './keyring.ts';
import { putVerified } from './object-file.ts';
import type { DamagedFile, OpenRepository } from './open-repository.ts';

/** Losing the keyring loses everything, so there are two. */
const wantedCopies = 2;
const generation = 1;

const headSchema = v.strictObject({ tenantId: v.string(), tenantName: v.string() });

/** Undefined where the copy is not as it was written. */
export async function openHead(sealing: Sealing, copy: KeyringCopy): Promise<SealedHead | undefined> {
  const bytes = await openObjectFrame(sealing, copy.header, copy.sealedHead, copy.vouched);
  const head = v.safeParse(headSchema, bytes && parseJson(bytes));
  return head.success ? { ...head.output, tenantId: head.output.tenantId as TenantId } : undefined;
}

export const keyringOf = (copy: KeyringCopy, head: SealedHead): KnownKeyring => ({
  body: copy.vouched.slice(headerLength),
  head,
});

/** A copy under an id of its own, read back. */
async function writeCopy(store: BlobStore, sealing: Sealing, { body, head }: KnownKeyring) {
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
  keyring: KnownKeyring,
): Promise<Result<void>> {
  const names: string[] = [];
  while (names.length < wantedCopies) {
    const { name, written } = await writeCopy(store, sealing, keyring);
    names.push(name);
    if (written.ok) continue;
    for (const started of names) await store.delete(started);
    return written;
  }
  return ok();
}

interface Copies {
  /** Any that opens can be the source of new ones: it may be the last. */
  readonly source: KnownKeyring | undefined;
  /** A copy that says it is of another repository. */
  readonly foreign: FoundCopy | undefined;
  /** How many open and lie under their own name. */
  readonly whole: number;
  readonly damaged: readonly DamagedFile[];
}

const isForeign = ({ keys }: Sealing, { copy }: FoundCopy): boolean =>
  copy.ok && !equalBytes(copy.value.header.repository, keys.repository);

async function inspectCopies(sealing: Sealing, store: BlobReader): Promise<Result<Copies>> {
  const found = await readEachCopy(store);
  if (!found.ok) return found;
  let source: Copies['source'];
  const damaged: DamagedFile[] = [];
  for (const { name, copy } of found.value) {
    const head = copy.ok ? await openHead(sealing, copy.value) : undefined;
    if (copy.ok && head) source ??= keyringOf(copy.value, head);
    const isAtHome = copy.ok && toHex(copy.value.header.object) === objectOfName(name);
    if (head && isAtHome) continue;
    const corrupt = failure('repository/corrupt', `${name}: ${head ? 'under another name' : 'altered'}`);
    damaged.push({ name, failure: copy.ok ? corrupt : copy.error });
  }
  const foreign = found.value.find((each) => isForeign(sealing, each));
  return ok({ source, foreign, whole: found.value.length - damaged.length, damaged });
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

/**
 * Writes what copies are lacking after one was lost or damaged, from one that opens or, where none is left, from the one
 * that was opened. A damaged file is left where it is. Says whether any was left. Failures: repository/replaced where
 * only another repository's is there, and the store's.
 */
export async function renewCopies({ sealing, store, keyring }: OpenRepository): Promise<Result<boolean>> {
  const copies = await inspectCopies(sealing, store);
  if (!copies.ok) return copies;
  const { source, foreign, whole } = copies.value;
  if (!source && foreign) {
    const what = `${foreign.name}: of another repository`;
    return err(failure('repository/replaced', what, { retry: 'after-user' }));
  }
  for (let count = whole; count < wantedCopies; count++) {
    const { written } = await writeCopy(store, sealing, source ?? keyring);
    if (!written.ok) return written;
  }
  return ok(source !== undefined);
}

/**
 * As `renewCopies`, for whoever has written and is about to say that all is stored: where no copy was left, the rest may
 * be gone with it, and that is storage/missing although the keyring is there again.
 */
export async function confirmCopies(open: OpenRepository): Promise<Result<void>> {
  const kept = await renewCopies(open);
  if (!kept.ok) return kept;
  const name = folderOf('keyring');
  return kept.value
    ? ok()
    : err(failure('storage/missing', `${name}: gone, and written anew`, { retry: 'after-user' }));
}
