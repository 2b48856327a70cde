/**
 * A key slot: the master key, wrapped under a passphrase or a recovery key. The whole slot header and the context
 * (repository, format, suite) are associated data, so a slot that was altered or brought from elsewhere does not open.
 */
import { BinaryReader, BinaryWriter } from '../kernel/binary.ts';
import { concat, toHex, type Bytes } from '../kernel/bytes.ts';
import type { Random } from '../kernel/clock.ts';
import type { Result } from '../kernel/result.ts';
import { ok } from '../kernel/result.ts';
import { nonceLength, seal, tagLength } from './aead.ts';
import { deriveWrapping, importMaterial } from './derive.ts';
import { saltLengths, stretchPassphrase, type Argon2Cost } from './passphrase.ts';

export const masterKeyLength = 32;
const idLength = 16;
const kinds = ['passphrase', 'recovery'] as const;

export interface SlotHeader {
  readonly id: Bytes;
  readonly kind: (typeof kinds)[number];
  /** For a passphrase; a recovery key has 256 bits of its own and needs no stretching. */
  readonly argon2?: { readonly cost: Argon2Cost; readonly salt: Bytes };
  /** Milliseconds since the epoch. */
  readonly created: number;
}

export interface Slot {
  readonly header: SlotHeader;
  readonly nonce: Bytes;
  readonly wrapped: Bytes;
}

/** What a slot is bound to besides itself. */
export interface SlotContext {
  /** 16 bytes. */
  readonly repository: Bytes;
  /** Leading bytes of the keyring: magic, format, suite, repository. */
  readonly prefix: Bytes;
}

const noSalt = new Uint8Array(0);
const noCost: Argon2Cost = { memoryKiB: 0, passes: 0, lanes: 0 };

function encodeHeader({ id, kind, argon2, created }: SlotHeader): Bytes {
  const { cost, salt } = argon2 ?? { cost: noCost, salt: noSalt };
  return new BinaryWriter(idLength + 1 + 4 + 4 + 4 + 1 + salt.length + 8)
    .put(id)
    .u8(kinds.indexOf(kind) + 1)
    .u32(cost.memoryKiB)
    .u32(cost.passes)
    .u32(cost.lanes)
    .u8(salt.length)
    .put(salt)
    .u64(created).bytes;
}

export const encodeSlot = ({ header, nonce, wrapped }: Slot): Bytes =>
  concat(encodeHeader(header), nonce, wrapped);

/** Undefined for anything but one well-formed slot. Cost limits are the business of `stretchPassphrase`. */
export function parseSlot(bytes: Bytes): Slot | undefined {
  const reader = new BinaryReader(bytes);
  const id = reader.take(idLength);
  const kind = kinds[reader.u8() - 1];
  const cost = { memoryKiB: reader.u32(), passes: reader.u32(), lanes: reader.u32() };
  const salt = reader.take(reader.u8());
  const created = reader.u64();
  const nonce = reader.take(nonceLength);
  const wrapped = reader.take(masterKeyLength + tagLength);
  if (!reader.complete || kind === undefined || salt.length > saltLengths.most) return undefined;
  if (kind === 'passphrase') return { header: { id, kind, argon2: { cost, salt }, created }, nonce, wrapped };
  if (salt.length + cost.memoryKiB + cost.passes + cost.lanes > 0) return undefined;
  return { header: { id, kind, created }, nonce, wrapped };
}

const wrappingKey = (material: CryptoKey, { repository }: SlotContext, { kind, id }: SlotHeader) =>
  deriveWrapping(material, repository, `holdfast/0/slot/${kind}/${toHex(id)}`);

const associated = (context: SlotContext, header: SlotHeader) => concat(context.prefix, encodeHeader(header));

export interface NewSlot {
  readonly master: Bytes;
  readonly context: SlotContext;
  readonly created: number;
  readonly random: Random;
}

async function wrap(
  { master, context, random }: NewSlot,
  material: CryptoKey,
  header: SlotHeader,
): Promise<Slot> {
  const nonce = random.bytes(nonceLength);
  const key = await wrappingKey(material, context, header);
  return { header, nonce, wrapped: await seal(key, nonce, associated(context, header), master) };
}

/** A slot for a passphrase that `checkNewPassphrase` let through. Fails as `stretchPassphrase` does. */
export async function sealPassphraseSlot(
  slot: NewSlot,
  passphrase: string,
  cost: Argon2Cost,
): Promise<Result<Slot>> {
  const salt = slot.random.bytes(saltLengths.created);
  const material = await stretchPassphrase(passphrase, salt, cost);
  if (!material.ok) return material;
  const id = slot.random.bytes(idLength);
  return ok(
    await wrap(slot, material.value, {
      id,
      kind: 'passphrase',
      argon2: { cost, salt },
      created: slot.created,
    }),
  );
}

export async function sealRecoverySlot(slot: NewSlot, recoveryKey: Bytes): Promise<Slot> {
  const id = slot.random.bytes(idLength);
  const material = await importMaterial(recoveryKey);
  return wrap(slot, material, { id, kind: 'recovery', created: slot.created });
}

/**
 * The master key as non-extractable key material; its bytes never enter JavaScript. Undefined where the secret is
 * wrong or the slot was altered: the two cannot be told apart, which is the point.
 */
export async function openSlot(
  slot: Slot,
  material: CryptoKey,
  context: SlotContext,
): Promise<CryptoKey | undefined> {
  const key = await wrappingKey(material, context, slot.header);
  const algorithm = { name: 'AES-GCM', iv: slot.nonce, additionalData: associated(context, slot.header) };
  try {
    return await crypto.subtle.unwrapKey('raw', slot.wrapped, key, algorithm, 'HKDF', false, [
      'deriveKey',
      'deriveBits',
    ]);
  } catch {
    return undefined;
  }
}
