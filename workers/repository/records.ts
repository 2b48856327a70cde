/** Rows and folders as the JSON of tree pages: arrays, so that field names are not repeated; docs/format.md lists the places. */
import { fromBase64Url, toBase64Url, toHex } from '../kernel/bytes.ts';
import type { BlobId } from '../kernel/brand.ts';
import { blobIdLength } from './format.ts';
import { hasPlaces, isCount, isObject, isText, isTextOrNull } from './json.ts';
import { mostBlobsPerPart } from './limits.ts';
import type { Folder, ItemState, JsonValue, Part, Row } from './model.ts';
import { bytesOfBlobId } from './read-blob.ts';

/** How a kind of entry is kept in a tree. */
export interface RecordKind<T> {
  readonly type: 'rows' | 'folders';
  /** Ascending and unique within a tree. */
  key(record: T): string;
  /** Pages know which of these they hold, so that a reader can pass pages over. */
  tag(record: T): string | undefined;
  encode(record: T): JsonValue;
  /** Undefined for anything that `encode` does not make. */
  decode(value: unknown): T | undefined;
}

const states: readonly ItemState[] = ['stored', 'partial', 'pending', 'skipped', 'failed'];

function encodeBlobs(blobs: readonly BlobId[]): string {
  const bytes = new Uint8Array(blobs.length * blobIdLength);
  blobs.forEach((blob, index) => {
    const id = bytesOfBlobId(blob);
    if (!id) throw new TypeError('a malformed blob id in a row');
    bytes.set(id, index * blobIdLength);
  });
  return toBase64Url(bytes);
}

function decodeBlobs(text: string): BlobId[] | undefined {
  const bytes = fromBase64Url(text);
  if (!bytes || bytes.length % blobIdLength !== 0 || bytes.length > mostBlobsPerPart * blobIdLength) return;
  return Array.from(
    { length: bytes.length / blobIdLength },
    (_, i) => toHex(bytes.subarray(i * blobIdLength, (i + 1) * blobIdLength)) as BlobId,
  );
}

const partPlaces = [isText, isCount, isText];
type PartPlaces = [role: string, size: number, ids: string];

function decodePart(value: unknown): Part | undefined {
  if (!hasPlaces(value, partPlaces)) return undefined;
  const [role, size, ids] = value as PartPlaces;
  const blobs = decodeBlobs(ids);
  return blobs && { role, blobs, size };
}

const isState = (value: unknown): boolean => isCount(value) && value < states.length;
const isMeta = (value: unknown): boolean => isObject(value);

const rowPlaces = [
  isText,
  isText,
  isText,
  isText,
  isText,
  isCount,
  isText,
  isState,
  isTextOrNull,
  Array.isArray,
  isMeta,
];
type RowPlaces = [
  key: string,
  item: string,
  folder: string,
  name: string,
  date: string,
  size: number,
  version: string,
  state: number,
  reason: string | null,
  parts: unknown[],
  meta: Row['meta'],
];

function decodeRow(value: unknown): Row | undefined {
  if (!hasPlaces(value, rowPlaces)) return undefined;
  const [key, item, folder, name, date, size, version, stateNumber, reason, partValues, meta] =
    value as RowPlaces;
  const state = states[stateNumber] ?? 'failed';
  const parts = partValues.map(decodePart);
  if (!parts.every((part) => part !== undefined)) return undefined;
  const row = { key, item, folder, name, date, size, version, state, parts, meta };
  return reason === null ? row : { ...row, reason };
}

export const rowRecords: RecordKind<Row> = {
  type: 'rows',
  // With the item behind it: two rows that a workload gave one key are both kept.
  key: (row) => `${row.key}\0${row.item}`,
  tag: (row) => row.folder,
  encode: (row) => [
    row.key,
    row.item,
    row.folder,
    row.name,
    row.date,
    row.size,
    row.version,
    states.indexOf(row.state),
    row.reason ?? null,
    row.parts.map(({ role, size, blobs }) => [role, size, encodeBlobs(blobs)]),
    row.meta,
  ],
  decode: decodeRow,
};

const folderPlaces = [
  isText,
  isTextOrNull,
  isText,
  isTextOrNull,
  (meta: unknown) => meta === null || isObject(meta),
];
type FolderPlaces = [
  id: string,
  parent: string | null,
  name: string,
  role: string | null,
  meta: NonNullable<Folder['meta']> | null,
];

function decodeFolder(value: unknown): Folder | undefined {
  if (!hasPlaces(value, folderPlaces)) return undefined;
  const [id, parent, name, role, meta] = value as FolderPlaces;
  return {
    id,
    name,
    ...(parent === null ? {} : { parent }),
    ...(role === null ? {} : { role }),
    ...(meta === null ? {} : { meta }),
  };
}

export const folderRecords: RecordKind<Folder> = {
  type: 'folders',
  key: (folder) => folder.id,
  tag: () => undefined,
  encode: ({ id, parent, name, role, meta }) => [id, parent ?? null, name, role ?? null, meta ?? null],
  decode: decodeFolder,
};
