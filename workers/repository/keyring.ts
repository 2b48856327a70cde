/** The keyring file: what a repository is, its key slots, and a sealed head that vouches for all of it. */
import { importMaterial } from '../crypto/derive.ts';
import { stretchPassphrase } from '../crypto/passphrase.ts';
import { encodeSlot, openSlot, parseSlot, type Slot, type SlotContext } from '../crypto/slot.ts';
import { BinaryReader, BinaryWriter } from '../kernel/binary.ts';
import { concat, toHex, type Bytes } from '../kernel/bytes.ts';
import type { RepositoryId } from '../kernel/brand.ts';
import { failure, type Failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { BlobReader, FileName } from '../storage/blob-store.ts';
import { encodeHeader, folderOf, headerLength, idLength, parseHeader, type Header } from './format.ts';
import { mostKeyringBytes, mostSlotBytes, mostSlots } from './limits.ts';
import type { RepositoryHead } from './model.ts';

/** Copies of the newest generations that are looked at. */
const mostCopies = 8;
const noObject = new Uint8Array(idLength);

export interface Keyring {
  readonly id: RepositoryId;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
  readonly slots: readonly Slot[];
}

/** One copy of a keyring as it lies in the store. */
export interface KeyringCopy extends Keyring {
  readonly header: Header;
  /** Everything before the sealed head: what the head vouches for. */
  readonly vouched: Bytes;
  readonly sealedHead: Bytes;
}

/** What it takes to write one more copy of an opened keyring, without any secret: no copy in the store is the last. */
export interface KnownKeyring {
  /** Everything between the header and the sealed head. */
  readonly body: Bytes;
  readonly head: SealedHead;
}
export type SealedHead = Pick<RepositoryHead, 'tenantId' | 'tenantName'>;

/** What slots are bound to: the header without the object id, the same in every copy and every generation. */
export const slotContext = (repository: Bytes): SlotContext => ({
  repository,
  prefix: encodeHeader({ kind: 'keyring', repository, object: noObject }).slice(0, headerLength - idLength),
});

/** The part of a keyring between its header and its sealed head: the same in every copy. */
export function encodeKeyringBody(created: number, slots: readonly Slot[]): Bytes {
  const body = new BinaryWriter(8 + 1).u64(created).u8(slots.length);
  const encoded = slots
    .map(encodeSlot)
    .map((slot) => concat(new BinaryWriter(2).u16(slot.length).bytes, slot));
  return concat(body.bytes, ...encoded);
}

const corrupt = (name: string, what: string) => err(failure('repository/corrupt', `${name}: ${what}`));

function parseKeyring(name: string, bytes: Bytes): Result<KeyringCopy> {
  const header = parseHeader(bytes);
  if (!header.ok) return header;
  if (header.value.kind !== 'keyring') return corrupt(name, 'not a keyring');
  const reader = new BinaryReader(bytes.subarray(headerLength));
  const created = reader.u64();
  const count = reader.u8();
  if (count > mostSlots) return err(failure('repository/limit', `${name}: ${count} key slots`));
  const slots: Slot[] = [];
  for (let i = 0; i < count; i++) {
    const length = reader.u16();
    if (length > mostSlotBytes) return corrupt(name, 'slot length');
    // A slot of a kind that this version does not know is passed over; the head vouches for its bytes all the same.
    const slot = parseSlot(reader.take(length));
    if (slot) slots.push(slot);
  }
  const end = headerLength + reader.offset;
  const createdAt = new Date(created);
  if (reader.overrun || Number.isNaN(createdAt.getTime())) return corrupt(name, 'cut short');
  return ok({
    id: toHex(header.value.repository) as RepositoryId,
    createdAt: createdAt.toISOString(),
    slots,
    header: header.value,
    vouched: bytes.slice(0, end),
    sealedHead: bytes.slice(end),
  });
}

async function readCopy(store: BlobReader, name: FileName): Promise<Result<KeyringCopy>> {
  const size = await store.size(name);
  if (!size.ok) return size;
  if (size.value > mostKeyringBytes) {
    return err(failure('repository/limit', `${name}: ${size.value} bytes`));
  }
  const bytes = await store.get(name);
  return bytes.ok ? parseKeyring(name, bytes.value) : bytes;
}

/** The most telling first: a repository of a newer version must not be called damaged. */
const weight = ({ code }: Failure) =>
  ['repository/newer-format', 'repository/limit', 'repository/corrupt'].indexOf(code) + 1 || 9;

export interface FoundCopy {
  readonly name: FileName;
  readonly copy: Result<KeyringCopy>;
}

/** The copies of the keyring, newest generation first. Names without a file, traces of a write cut off, are passed over. */
export async function readEachCopy(store: BlobReader): Promise<Result<readonly FoundCopy[]>> {
  const files = await store.list(folderOf('keyring'));
  if (!files.ok) return files;
  const found: FoundCopy[] = [];
  for (const name of files.value.toReversed().slice(0, mostCopies)) {
    const copy = await readCopy(store, name);
    if (copy.ok || copy.error.code !== 'storage/missing') found.push({ name, copy });
  }
  return ok(found);
}

/**
 * Every readable copy of the keyring, newest generation first. Failures: repository/not-a-repository where there is
 * none, newer-format, limit, corrupt where none can be read, and the store's.
 */
export async function readKeyringCopies(store: BlobReader): Promise<Result<readonly KeyringCopy[]>> {
  const found = await readEachCopy(store);
  if (!found.ok) return found;
  const copies: KeyringCopy[] = [];
  const failures: Failure[] = [];
  for (const { copy } of found.value) {
    if (copy.ok) copies.push(copy.value);
    else failures.push(copy.error);
  }
  if (copies.length > 0) return ok(copies);
  failures.sort((a, b) => weight(a) - weight(b));
  return err(failures[0] ?? failure('repository/not-a-repository', 'no keyring'));
}

export type Secret = { readonly passphrase: string } | { readonly recoveryKey: Bytes };

/** Stretching is slow, and copies of one keyring ask for the same: it is done once for each salt and cost. */
function materialSource(secret: Secret): (slot: Slot) => Promise<Result<CryptoKey> | undefined> {
  const known = new Map<string, Promise<Result<CryptoKey>>>();
  return async ({ header: { kind, argon2 } }) => {
    if ('recoveryKey' in secret)
      return kind === 'recovery' ? ok(await importMaterial(secret.recoveryKey)) : undefined;
    if (!argon2) return undefined;
    const asked = JSON.stringify([argon2.cost, toHex(argon2.salt)]);
    const stretched = known.get(asked) ?? stretchPassphrase(secret.passphrase, argon2.salt, argon2.cost);
    known.set(asked, stretched);
    return stretched;
  };
}

/** Each master key that the secret gives, with the copy it came from: more than one only where copies differ. */
export async function* openSlots(
  copies: readonly KeyringCopy[],
  secret: Secret,
): AsyncGenerator<Result<{ readonly master: CryptoKey; readonly copy: KeyringCopy }>> {
  const materialFor = materialSource(secret);
  for (const copy of copies) {
    for (const slot of copy.slots) {
      const material = await materialFor(slot);
      if (!material) continue;
      if (!material.ok) {
        yield material;
        continue;
      }
      const master = await openSlot(slot, material.value, slotContext(copy.header.repository));
      if (master) yield ok({ master, copy });
    }
  }
}
