/**
 * Outlook's identifiers, in the shape the service gives them: base64url entry ids, case-sensitive.
 * A REST id names the folder too and so changes with a move; an immutable id does not. Both decode to
 * the numbers the store works with, so no table of long strings is kept. MS-OXCDATA 2.2 (entry ids).
 */
import { createHash } from 'node:crypto';

/** What ids of one mailbox have in common. */
export interface IdSpace {
  /** The mailbox guid as 36 ASCII characters: part of every REST id. */
  readonly mailbox: string;
  /** 16 bytes naming the mailbox's replica. */
  readonly replica: Buffer;
}

export function createIdSpace(mailboxGuid: string): IdSpace {
  return { mailbox: mailboxGuid, replica: createHash('md5').update(mailboxGuid).digest() };
}

// MAPI provider UIDs: a private store's, and the one immutable ids carry.
const storeProvider = Buffer.from('2243c5bdeeb07b4ca063831f6b544511', 'hex');
const immutableProvider = Buffer.from('1d840311aa6611cd9bc800aa002f845a', 'hex');

const encode = (parts: readonly Uint8Array[]): string =>
  Buffer.concat(parts).toString('base64').replaceAll('+', '-').replaceAll('/', '_');

/** Six bytes of counter and two of padding. */
const counter = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeUIntBE(value, 0, 6);
  return bytes;
};

const restPrefix = (space: IdSpace, length: number): Buffer =>
  Buffer.concat([
    Buffer.from([0, 3, 36, 0]),
    Buffer.from(space.mailbox, 'latin1'),
    Buffer.from([0, length, 0, 0, 0, 0, 0]),
    storeProvider,
  ]);

const folderBytes = (space: IdSpace, folder: number): Buffer[] => [
  restPrefix(space, 46),
  Buffer.from([1, 0]),
  space.replica,
  counter(folder),
];

const restMessageBytes = (space: IdSpace, folder: number, item: number): Buffer[] => [
  restPrefix(space, 70),
  Buffer.from([7, 0]),
  space.replica,
  counter(folder),
  space.replica,
  counter(item),
];

const immutableMessageBytes = (space: IdSpace, item: number): Buffer[] => [
  Buffer.from([0, 9, 0, 46, 0, 0, 0, 0, 0]),
  immutableProvider,
  Buffer.from([13, 0]),
  space.replica,
  counter(item),
];

export const folderId = (space: IdSpace, folder: number): string => encode(folderBytes(space, folder));

export type IdKind = 'rest' | 'immutable';

export interface ItemPlace {
  readonly folder: number;
  readonly item: number;
}

export const messageId = (space: IdSpace, kind: IdKind, place: ItemPlace): string =>
  encode(
    kind === 'immutable'
      ? immutableMessageBytes(space, place.item)
      : restMessageBytes(space, place.folder, place.item),
  );

/** An attachment's id is its message's, then the ordinal hidden in 16 bytes. */
export function attachmentId(space: IdSpace, kind: IdKind, place: ItemPlace, ordinal: number): string {
  const message =
    kind === 'immutable'
      ? immutableMessageBytes(space, place.item)
      : restMessageBytes(space, place.folder, place.item);
  const own = createHash('md5').update(`${space.mailbox}:${place.item}:${ordinal}`).digest();
  return encode([...message, Buffer.from([1, 18, 0, 16, 0]), own]);
}

/** Groups the messages of one conversation; `key` is what they have in common. */
export function conversationId(space: IdSpace, key: string): string {
  const hash = createHash('md5').update(`${space.mailbox}:${key}`).digest();
  return encode([
    Buffer.from([0, 4, 36, 0]),
    Buffer.from(space.mailbox, 'latin1'),
    Buffer.from([0, 16, 0]),
    hash,
  ]);
}

/** The 22 bytes of a Thread-Index: a coarse time and the conversation's guid (MS-OXOMSG 2.2.1.3). */
export function conversationIndex(key: string, started: number): string {
  const bytes = Buffer.alloc(22);
  bytes[0] = 1;
  // FILETIME ticks (100 ns since 1601) without their lowest 16 bits.
  const ticks = (BigInt(Math.max(0, started)) + 11644473600000n) * 10000n;
  bytes.writeUIntBE(Number((ticks >> 16n) & 0xffffffffffn), 1, 5);
  createHash('md5').update(key).digest().copy(bytes, 6);
  return bytes.toString('base64');
}

/** A change key, as etags carry it: plain base64, unlike ids. */
export function changeKey(space: IdSpace, change: number): string {
  const bytes = Buffer.alloc(30);
  bytes[0] = 9;
  bytes[4] = 22;
  space.replica.copy(bytes, 8);
  bytes.writeUIntBE(change, 24, 6);
  return bytes.toString('base64');
}

export type ReadId =
  | { readonly kind: 'folder'; readonly folder: number }
  | { readonly kind: IdKind; readonly item: number; readonly folder?: number }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'malformed' };

const counterAt = (bytes: Buffer, offset: number): number =>
  bytes.length >= offset + 6 ? bytes.readUIntBE(offset, 6) : 0;

/** Ids are read by decoding and then compared in full: another case of one letter is another id. */
export function readId(space: IdSpace, text: string): ReadId {
  if (!/^A[A-Za-z0-9_-]{40,400}={0,2}$/.test(text)) return { kind: 'malformed' };
  const bytes = Buffer.from(text, 'base64url');
  if (bytes[1] === 9 && bytes.length === 51) {
    const item = counterAt(bytes, 43);
    return messageId(space, 'immutable', { folder: 0, item }) === text
      ? { kind: 'immutable', item }
      : { kind: 'foreign' };
  }
  if (bytes[1] === 3 && bytes.length === 89) {
    const folder = counterAt(bytes, 81);
    return folderId(space, folder) === text ? { kind: 'folder', folder } : { kind: 'foreign' };
  }
  if (bytes[1] === 3 && bytes.length === 113) {
    const place = { folder: counterAt(bytes, 81), item: counterAt(bytes, 105) };
    return messageId(space, 'rest', place) === text ? { kind: 'rest', ...place } : { kind: 'foreign' };
  }
  return { kind: 'malformed' };
}
