/** Folders as Graph shows them. */
import { GraphError } from '../graph/context.ts';
import { select, type Entity } from '../graph/odata.ts';
import type { Folder } from './folders.ts';
import { folderId } from './outlook-ids.ts';
import { idOfFolder, option, type MailRequest } from './request.ts';

const names = new Set(
  'id displayName parentFolderId childFolderCount unreadItemCount totalItemCount sizeInBytes isHidden'.split(
    ' ',
  ),
);

/** 400 where a body has what no folder has. */
export function refuseUnknownFields(json: Entity): void {
  const unknown = Object.keys(json).find((name) => !name.includes('@') && !names.has(name));
  if (unknown === undefined) return;
  throw new GraphError(
    400,
    'RequestBodyRead',
    `The property '${unknown.slice(0, 80)}' does not exist on type 'microsoft.graph.mailFolder'. Make sure to only use property names that are defined by the type.`,
  );
}

/** 400 where `$select` names what no folder has. */
export function folderSelect(request: MailRequest): string | null {
  const text = option(request, 'select');
  const unknown = text?.split(',').find((name) => !names.has(name.trim()));
  if (unknown === undefined) return text;
  throw new GraphError(
    400,
    'RequestBroker--ParseUri',
    `Could not find a property named '${unknown.trim().slice(0, 80)}' on type 'microsoft.graph.mailFolder'.`,
  );
}

export function folderJson(request: MailRequest, folder: Folder, selected: string | null): Entity {
  const visible = request.mailbox.folders.children(folder.key).filter((child) => !child.isHidden);
  return select(
    {
      id: idOfFolder(request, folder),
      displayName: folder.displayName,
      parentFolderId: folderId(request.mailbox.ids, folder.parent),
      childFolderCount: visible.length,
      unreadItemCount: folder.unread,
      totalItemCount: folder.total,
      sizeInBytes: folder.bytes,
      isHidden: folder.isHidden,
    },
    selected,
  );
}
