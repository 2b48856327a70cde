/** Format 0, the outermost layer: names of files and the header that every file starts with. docs/format.md says it in words. */
import { BinaryReader, BinaryWriter } from '../kernel/binary.ts';
import { equalBytes, toHex, utf8, type Bytes } from '../kernel/bytes.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';

export const formatVersion = 0;
/** AES-256-GCM, HKDF-SHA-256, HMAC-SHA-256, Argon2id. */
export const suite = 1;
export const idLength = 16;
export const blobIdLength = 32;
export const headerLength = 8 + 2 + 1 + 1 + idLength + idLength;

const magic = utf8('HOLDFAST');
const kinds = ['keyring', 'data-pack', 'tree-pack', 'index', 'snapshot', 'run'] as const;
export type ObjectKind = (typeof kinds)[number];
export type PackKind = 'data-pack' | 'tree-pack';

const blobTypes = ['content', 'rows', 'folders'] as const;
/** Part of a blob's id and key, so that one type can never be taken for another. */
export type BlobType = (typeof blobTypes)[number];

export const blobTypeNumber = (type: BlobType): number => blobTypes.indexOf(type) + 1;
export const blobTypeOf = (number: number): BlobType | undefined => blobTypes[number - 1];
export const packKindOf = (type: BlobType): PackKind => (type === 'content' ? 'data-pack' : 'tree-pack');

export interface Header {
  readonly kind: ObjectKind;
  /** 16 bytes each. */
  readonly repository: Bytes;
  readonly object: Bytes;
}

const folders = {
  keyring: 'keyrings',
  'data-pack': 'packs',
  'tree-pack': 'packs',
  index: 'index',
  snapshot: 'snapshots',
  run: 'runs',
} as const;

export const folderOf = (kind: ObjectKind): string => `${folders[kind]}/`;

/** Packs are spread over 256 folders; a keyring's name starts with its generation. */
export function fileName(kind: ObjectKind, object: Bytes, generation = 0): string {
  const id = toHex(object);
  if (kind === 'keyring') return `${folderOf(kind)}${generation.toString(16).padStart(8, '0')}-${id}`;
  return folderOf(kind) + (folders[kind] === 'packs' ? `${id.slice(0, 2)}/${id}` : id);
}

const objectName = /([0-9a-f]{32})$/;
/** The object id that a file's name claims; its header has to say the same. */
export const objectOfName = (name: string): string | undefined => objectName.exec(name)?.[1];

export const encodeHeader = ({ kind, repository, object }: Header): Bytes =>
  new BinaryWriter(headerLength)
    .put(magic)
    .u16(formatVersion)
    .u8(kinds.indexOf(kind) + 1)
    .u8(suite)
    .put(repository)
    .put(object).bytes;

/** Failures: not-a-repository where the magic is wrong, newer-format for another version or suite, corrupt for the rest. */
export function parseHeader(bytes: Uint8Array): Result<Header> {
  const reader = new BinaryReader(bytes.subarray(0, headerLength));
  if (!equalBytes(reader.take(magic.length), magic)) {
    return err(failure('repository/not-a-repository', 'no Holdfast header'));
  }
  const version = reader.u16();
  const kind = kinds[reader.u8() - 1];
  const readSuite = reader.u8();
  if (version > formatVersion || readSuite !== suite) {
    return err(
      failure('repository/newer-format', `format ${version}, suite ${readSuite}`, { facts: { version } }),
    );
  }
  const header = { repository: reader.take(idLength), object: reader.take(idLength) };
  if (reader.overrun || kind === undefined)
    return err(failure('repository/corrupt', 'a damaged file header'));
  return ok({ kind, ...header });
}
