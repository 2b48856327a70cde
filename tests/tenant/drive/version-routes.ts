/** Versions of a file. https://learn.microsoft.com/graph/api/driveitem-list-versions */
import { GraphError } from '../graph/context.ts';
import type { Entity } from '../graph/odata.ts';
import { itemNotFound } from './address.ts';
import { requireContent } from './content-routes.ts';
import { contextUrl, itemKey, itemOf, type ItemCall } from './item-call.ts';
import type { Item, Version } from './item.ts';

export function listVersions(call: ItemCall): Response {
  const item = itemOf(call);
  requireContent(item);
  const value = item.versions.map(versionJson).reverse();
  return call.c.json({ '@odata.context': contextUrl(call, `${itemKey(call, item)}/versions`), value });
}

export function getVersion(call: ItemCall): Response {
  const item = itemOf(call);
  const context = contextUrl(call, `${itemKey(call, item)}/versions/$entity`);
  return call.c.json({ '@odata.context': context, ...versionJson(versionOf(call, item)) });
}

/** The current version's content is refused here: it has its own address. */
export function getVersionContent(call: ItemCall): Response {
  const item = itemOf(call);
  const version = requireOld(item, versionOf(call, item));
  return call.c.body(null, 302, {
    Location: call.world.drives.urls.download(call.drive, item, version.number),
  });
}

export function restoreVersion(call: ItemCall): Response {
  const item = itemOf(call);
  const { content } = requireOld(item, versionOf(call, item));
  call.drive.writeContent(item, content, { by: call.by });
  return call.c.body(null, 204);
}

export function deleteVersion(call: ItemCall): Response {
  const item = itemOf(call);
  const version = requireOld(item, versionOf(call, item));
  item.versions.splice(item.versions.indexOf(version), 1);
  return call.c.body(null, 204);
}

function versionOf({ address }: ItemCall, item: Item): Version {
  const wanted = address.suffix[1];
  const version =
    wanted === 'current'
      ? item.versions.at(-1)
      : item.versions.find(({ number }) => `${number}.0` === wanted);
  if (!version) throw itemNotFound();
  return version;
}

function requireOld(item: Item, version: Version): Version {
  if (version !== item.versions.at(-1)) return version;
  throw new GraphError(400, 'invalidRequest', 'You cannot do this to the current version.');
}

const versionJson = (version: Version): Entity => ({
  id: `${version.number}.0`,
  lastModifiedDateTime: version.lastModifiedDateTime,
  lastModifiedBy: version.lastModifiedBy,
  size: version.content.bytes.length,
});
