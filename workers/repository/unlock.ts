/** Making a keyring and opening one: from a secret to the keys of a repository. */
import { importMaterial } from '../crypto/derive.ts';
import { calibrateCost, checkNewPassphrase, isReadableCost, type Argon2Cost } from '../crypto/passphrase.ts';
import { recoveryKeyLength, recoveryKeyToWords, wordsToRecoveryKey } from '../crypto/recovery-words.ts';
import {
  masterKeyLength,
  sealPassphraseSlot,
  sealRecoverySlot,
  type Slot,
  type SlotContext,
} from '../crypto/slot.ts';
import { toHex } from '../kernel/bytes.ts';
import type { RepositoryId, TenantId } from '../kernel/brand.ts';
import type { Clock, Random } from '../kernel/clock.ts';
import { failure, type Failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { Codec } from './codec.ts';
import { folderOf, idLength, type ObjectKind } from './format.ts';
import type { Sealing } from './frame.ts';
import { keyringOf, openHead, writeCopies } from './keyring-copies.ts';
import {
  encodeKeyringBody,
  openSlots,
  readEachCopy,
  readKeyringCopies,
  slotContext,
  type KnownKeyring,
  type Secret,
} from './keyring.ts';
import { deriveKeys } from './keys.ts';
import type { RepositoryHead } from './model.ts';

export interface RepositoryDeps {
  readonly store: BlobStore;
  readonly random: Random;
  readonly clock: Clock;
  readonly codec: Codec;
}

export interface NewRepository {
  readonly tenantId: TenantId;
  readonly tenantName: string;
  readonly passphrase: string;
  /** Only tests choose a lower cost than the calibrated one, and never below what readers accept. */
  readonly kdf?: Argon2Cost;
}

export type UnlockSecret = { readonly passphrase: string } | { readonly recoveryWords: string };

export interface Unlocked {
  readonly sealing: Sealing;
  readonly keyring: KnownKeyring;
  readonly head: RepositoryHead;
}

interface FirstSlots {
  readonly passphrase: string;
  readonly cost: Argon2Cost;
  readonly context: SlotContext;
  readonly created: number;
}

/** Wraps a new master key into its first two slots and forgets its bytes. */
async function makeSlots(
  random: Random,
  { passphrase, cost, context, created }: FirstSlots,
): Promise<Result<{ master: CryptoKey; slots: Slot[]; recoveryWords: readonly string[] }>> {
  const raw = random.bytes(masterKeyLength);
  const recoveryKey = random.bytes(recoveryKeyLength);
  const slot = { master: raw, context, created, random };
  try {
    const first = await sealPassphraseSlot(slot, passphrase, cost);
    if (!first.ok) return first;
    const second = await sealRecoverySlot(slot, recoveryKey);
    const recoveryWords = recoveryKeyToWords(recoveryKey);
    return ok({ master: await importMaterial(raw), slots: [first.value, second], recoveryWords });
  } finally {
    raw.fill(0);
    recoveryKey.fill(0);
  }
}

const others: readonly ObjectKind[] = ['data-pack', 'index', 'snapshot', 'run'];

/** A repository whose keyring is gone, or not here yet, is no empty place: two in one folder would be hard to tell apart. */
async function assertEmpty(store: BlobStore): Promise<Result<void>> {
  const refused = (what: string) => err(failure('input/invalid', what, { retry: 'after-user' }));
  const keyrings = await readEachCopy(store);
  if (!keyrings.ok) return keyrings;
  if (keyrings.value.length > 0) return refused('there is a repository already');
  for (const kind of others) {
    const files = await store.list(folderOf(kind));
    if (!files.ok) return files;
    if (files.value.length > 0) return refused('there are files of a repository without its keyring');
  }
  return ok();
}

/** Writes the keyring of a new repository. */
export async function createKeyring(
  deps: RepositoryDeps,
  options: NewRepository,
): Promise<Result<Unlocked & { readonly recoveryWords: readonly string[] }>> {
  const { store, random, codec, clock } = deps;
  const strong = checkNewPassphrase(options.passphrase);
  if (!strong.ok) return strong;
  const empty = await assertEmpty(store);
  if (!empty.ok) return empty;
  const cost = options.kdf ?? (await calibrateCost(clock));
  if (!isReadableCost(cost)) throw new RangeError('a KDF cost that readers refuse');
  const created = clock.now();
  const repository = random.bytes(idLength);
  const context = slotContext(repository);
  const made = await makeSlots(random, { passphrase: options.passphrase, cost, context, created });
  if (!made.ok) return made;
  const { master, slots, recoveryWords } = made.value;
  const sealing: Sealing = { keys: await deriveKeys(master, repository), codec, random };
  const { tenantId, tenantName } = options;
  const keyring = { body: encodeKeyringBody(created, slots), head: { tenantId, tenantName } };
  const written = await writeCopies(store, sealing, keyring);
  if (!written.ok) return written;
  const id = toHex(repository) as RepositoryId;
  const head = { id, tenantId, tenantName, createdAt: new Date(created).toISOString() };
  return ok({ sealing, keyring, head, recoveryWords });
}

const refusal = (secret: Secret): Failure =>
  failure(
    'vault/wrong-passphrase',
    'passphrase' in secret ? 'the passphrase opens no slot' : 'the recovery key opens no slot',
    {
      retry: 'after-user',
    },
  );

/**
 * Opens the keyring. Failures: vault/wrong-passphrase (a slot that was altered looks the same, so that nobody learns
 * which), vault/tampered where a slot opened and the rest of the keyring is not as it was written, vault/kdf-limits,
 * vault/kdf-unavailable, vault/recovery-words for words that cannot be a recovery key, and those of `readKeyringCopies`.
 */
export async function unlockKeyring(
  { store, random, codec }: RepositoryDeps,
  given: UnlockSecret,
): Promise<Result<Unlocked>> {
  const key = 'recoveryWords' in given ? wordsToRecoveryKey(given.recoveryWords) : undefined;
  if (key && !key.ok) return key;
  const keyrings = await readKeyringCopies(store);
  if (!keyrings.ok) return keyrings;
  const secret: Secret = key
    ? { recoveryKey: key.value }
    : { passphrase: 'passphrase' in given ? given.passphrase : '' };
  let worst = refusal(secret);
  for await (const opened of openSlots(keyrings.value, secret)) {
    if (!opened.ok) {
      worst = opened.error;
      continue;
    }
    const { master, copy } = opened.value;
    const sealing: Sealing = { keys: await deriveKeys(master, copy.header.repository), codec, random };
    const head = await openHead(sealing, copy);
    if (head) {
      const keyring = keyringOf(copy, head);
      return ok({ sealing, keyring, head: { id: copy.id, ...head, createdAt: copy.createdAt } });
    }
    worst = failure('vault/tampered', 'the keyring is not as it was written');
  }
  return err(worst);
}
