/** Drives as Graph prints them. */
import type { Entity } from '../graph/odata.ts';
import type { Drive } from './drive.ts';
import { driveTypeOf } from './item-json.ts';
import type { SharePointUrls } from './sharepoint-urls.ts';

export function driveJson(urls: SharePointUrls, drive: Drive): Entity {
  const { owner, createdDateTime } = drive.facts;
  const personal = 'userId' in owner;
  const identity = personal
    ? { id: owner.userId, displayName: owner.displayName }
    : { displayName: owner.name };
  return {
    createdDateTime,
    description: '',
    id: drive.id,
    lastModifiedDateTime: drive.root.lastModifiedDateTime,
    name: personal ? 'OneDrive' : 'Documents',
    webUrl: urls.libraryUrl(drive),
    driveType: driveTypeOf(drive),
    createdBy: { user: { displayName: 'System Account' } },
    lastModifiedBy: { user: identity },
    owner: { user: identity },
    quota: quotaJson(drive),
  };
}

function quotaJson(drive: Drive): Entity {
  const used = drive.root.size;
  const share = (used + drive.deletedBytes) / drive.quotaBytes;
  return {
    deleted: drive.deletedBytes,
    remaining: drive.freeBytes,
    state: share >= 1 ? 'exceeded' : share > 0.99 ? 'critical' : share > 0.9 ? 'nearing' : 'normal',
    total: drive.quotaBytes,
    used,
  };
}
