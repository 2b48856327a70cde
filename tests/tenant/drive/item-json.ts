/** Items as Graph prints them. */
import { select, type Entity } from '../graph/odata.ts';
import type { Drive } from './drive.ts';
import { cTagOf, currentVersion, eTagOf, pathOf, type Item, type RemoteItem } from './item.ts';
import { mimeTypeOf } from './mime-types.ts';
import type { SharePointUrls } from './sharepoint-urls.ts';

export const driveTypeOf = (drive: Drive) => ('userId' in drive.facts.owner ? 'business' : 'documentLibrary');

/** A whole driveItem, with the pre-authenticated download address of a file. */
export function itemJson(urls: SharePointUrls, drive: Drive, item: Item): Entity {
  const downloadUrl = item.kind === 'file' && !item.marks.remoteItem ? urls.download(drive, item) : undefined;
  return {
    ...(downloadUrl ? { '@microsoft.graph.downloadUrl': downloadUrl } : {}),
    createdBy: item.createdBy,
    createdDateTime: item.createdDateTime,
    eTag: eTagOf(item),
    id: item.id,
    lastModifiedBy: item.lastModifiedBy,
    lastModifiedDateTime: item.lastModifiedDateTime,
    name: item.name,
    parentReference: parentReference(drive, item),
    webUrl: urls.web(drive, item),
    cTag: cTagOf(item),
    fileSystemInfo: {
      createdDateTime: item.createdDateTime,
      lastModifiedDateTime: item.lastModifiedDateTime,
    },
    size: item.size,
    ...facets(item),
  };
}

/** As `delta` prints an item: no path (renamed parents do not show up again) and no cTag. */
export function changedItemJson(urls: SharePointUrls, drive: Drive, item: Item): Entity {
  if (item.deleted) return tombstone(drive, item);
  const { cTag: _omitted, ...json } = itemJson(urls, drive, item);
  return { ...json, parentReference: { ...parentReference(drive, item), path: undefined } };
}

/**
 * `$select` of a driveItem. `publication` is only given where it is named. The download address is an annotation that has to be named to be kept:
 * `@microsoft.graph.downloadUrl`, or `content.downloadUrl`.
 */
export function selectItem(json: Entity, names: string | null | undefined): Entity {
  const { publication: _unnamed, ...plain } = json;
  if (!names) return plain;
  const chosen = select(json, names);
  if (!/(^|,)\s*(@microsoft\.graph|content)\.downloadUrl\s*(,|$)/.test(names)) {
    delete chosen['@microsoft.graph.downloadUrl'];
  }
  return chosen;
}

function parentReference(drive: Drive, item: Item): Entity {
  const base = { driveType: driveTypeOf(drive), driveId: drive.id };
  if (!item.parent) return base;
  const { id, name } = item.parent;
  const above = pathOf(item.parent).split('/').map(encodeURIComponent).join('/');
  const path = `/drives/${drive.id}/root:${above === '/' ? '' : above}`;
  return { ...base, id, name, path, siteId: drive.facts.siteId };
}

/** Deleted items come without name, cTag and parent. */
function tombstone(drive: Drive, item: Item): Entity {
  return {
    id: item.id,
    parentReference: { driveType: driveTypeOf(drive), driveId: drive.id },
    size: 0,
    deleted: { state: 'deleted' },
    ...(item.kind === 'file' ? { file: {} } : { folder: {} }),
  };
}

function facets(item: Item): Entity {
  const { marks } = item;
  const shared = item.grants.length > 0 ? { shared: { scope: 'users' } } : {};
  if (marks.remoteItem) return { ...shared, remoteItem: remoteItemJson(marks.remoteItem) };
  if (marks.package) return { ...shared, package: { type: marks.package } };
  const content = currentVersion(item)?.content;
  if (!content) {
    const root = item.kind === 'root' ? { root: {} } : {};
    return { ...shared, ...root, folder: { childCount: item.children.size } };
  }
  return {
    ...shared,
    file: { hashes: { quickXorHash: content.quickXorHash }, mimeType: mimeTypeOf(item.name) },
    ...(marks.malware ? { malware: { description: marks.malware } } : {}),
    publication: publication(item),
  };
}

function publication({ marks, versions }: Item): Entity {
  const versionId = `${versions.at(-1)?.number ?? 1}.0`;
  return marks.checkedOut
    ? { level: 'checkout', versionId, checkedOutBy: marks.checkedOut }
    : { level: 'published', versionId };
}

function remoteItemJson(remote: RemoteItem): Entity {
  return {
    id: remote.id,
    name: remote.name,
    size: remote.size,
    parentReference: { driveId: remote.driveId, driveType: 'business' },
    ...(remote.folder ? { folder: { childCount: 0 } } : { file: { mimeType: mimeTypeOf(remote.name) } }),
  };
}
