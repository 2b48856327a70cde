/** A file or folder as Graph shows it, and what a row keeps of it. */
import * as v from 'valibot';
import type { CallOptions } from '../../graph/client.ts';
import type { Account, JsonValue, Row } from '../../repository/model.ts';
import type { WorkloadDeps } from '../workload.ts';

const text = v.nullish(v.string());
const facet = v.nullish(v.looseObject({}));
const identity = v.nullish(v.object({ user: v.nullish(v.object({ displayName: text, email: text })) }));

export const driveItemSchema = v.object({
  id: v.string(),
  name: text,
  size: v.nullish(v.number()),
  eTag: text,
  cTag: text,
  createdDateTime: text,
  lastModifiedDateTime: text,
  fileSystemInfo: v.nullish(v.object({ createdDateTime: text, lastModifiedDateTime: text })),
  parentReference: v.nullish(v.object({ id: text })),
  createdBy: identity,
  lastModifiedBy: identity,
  file: v.nullish(v.object({ mimeType: text, hashes: v.nullish(v.object({ quickXorHash: text })) })),
  folder: facet,
  root: facet,
  package: v.nullish(v.object({ type: text })),
  remoteItem: facet,
  malware: facet,
  deleted: facet,
  '@microsoft.graph.downloadUrl': text,
});
export type DriveItem = v.InferOutput<typeof driveItemSchema>;

/** `content.downloadUrl` asks for the annotation `@microsoft.graph.downloadUrl`, which `$select` otherwise drops. */
export const itemSelect =
  '$select=id,name,size,eTag,cTag,createdDateTime,lastModifiedDateTime,fileSystemInfo,parentReference,createdBy,' +
  'lastModifiedBy,file,folder,root,package,remoteItem,malware,deleted,content.downloadUrl';

export const drivePath = (account: Account, path: string): string =>
  `/users/${encodeURIComponent(account.id)}/drive/${path}`;

export const itemPath = (account: Account, id: string): string =>
  drivePath(account, `items/${encodeURIComponent(id)}`);

export const driveCall = (
  deps: WorkloadDeps,
  headers: Readonly<Record<string, string>> = {},
): CallOptions => ({
  pool: 'drive',
  signal: deps.signal,
  headers,
});

/** Dates are those of the file itself, which clients set, before those of the service. */
const metaSchema = v.object({
  type: v.optional(v.string(), ''),
  hash: v.optional(v.string(), ''),
  cTag: v.optional(v.string(), ''),
  created: v.optional(v.string(), ''),
  modified: v.optional(v.string(), ''),
  createdBy: v.optional(v.string(), ''),
  from: v.optional(v.string(), ''),
  /** The hash of what was received, where SharePoint announced another one for an Office document. */
  receivedHash: v.optional(v.string()),
});
export type FileMeta = v.InferOutput<typeof metaSchema>;

/** Unknown shapes read as empty. */
export function parseFileMeta(meta: Row['meta']): FileMeta {
  const parsed = v.safeParse(metaSchema, meta);
  return parsed.success ? parsed.output : v.parse(metaSchema, {});
}

/** `from` is who changed the file last: the key that lists show. */
export function fileMeta(item: DriveItem): Readonly<Record<string, JsonValue>> {
  const fields: Record<string, string | null | undefined> = {
    type: item.file?.mimeType,
    hash: item.file?.hashes?.quickXorHash,
    cTag: item.cTag,
    created: item.fileSystemInfo?.createdDateTime ?? item.createdDateTime,
    modified: modifiedOf(item),
    createdBy: personOf(item.createdBy),
    from: personOf(item.lastModifiedBy),
  };
  return Object.fromEntries(Object.entries(fields).filter((field): field is [string, string] => !!field[1]));
}

export const modifiedOf = (item: DriveItem): string =>
  item.fileSystemInfo?.lastModifiedDateTime ?? item.lastModifiedDateTime ?? '';

const personOf = (who: DriveItem['createdBy']): string | null | undefined =>
  who?.user?.displayName ?? who?.user?.email;

/**
 * SharePoint writes properties of its own into Office documents, so that their announced size and hash may differ from
 * what is delivered (rclone issues 2036 and 1068; learn.microsoft.com/sharepoint "document property promotion").
 */
export const isOfficeFile = (name: string): boolean =>
  /\.(docx?|docm|dotx?|dotm|xlsx?|xlsm|xlsb|xltx?|pptx?|pptm|ppsx?|potx?|vsdx?|pub|one|onetoc2|mpp)$/i.test(
    name,
  );
