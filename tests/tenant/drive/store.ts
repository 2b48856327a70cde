/** All drives of the tenant: what seeds fill, routes serve and the oracle reads. */
import type { Clock } from '../world/clock.ts';
import type { Ids } from '../world/ids.ts';
import type { Outbox, ServiceUrls } from '../world/world.ts';
import { createContentPool, type ContentPool } from './content.ts';
import { createCopyJobs, type CopyJobs } from './copy-jobs.ts';
import { driveIdOf } from './drive-ids.ts';
import { Drive, type DriveOwner } from './drive.ts';
import { currentVersion, pathOf, type Dates, type IdentitySet, type Marks } from './item.ts';
import { mimeTypeOf } from './mime-types.ts';
import { createSharePointUrls, type SharePointUrls } from './sharepoint-urls.ts';
import { createUploadSessions, type UploadSessions } from './upload-sessions.ts';

export interface DriveState {
  readonly id: string;
  /** Without the root. */
  readonly items: readonly {
    readonly id: string;
    readonly path: string;
    readonly kind: 'file' | 'folder';
    readonly size: number;
    readonly sha256: string | null;
    readonly quickXorHash: string | null;
    readonly createdDateTime: string;
    readonly lastModifiedDateTime: string;
    readonly mimeType: string | null;
  }[];
}

export interface PutFields {
  createdDateTime?: string;
  lastModifiedDateTime?: string;
  createdBy?: { id: string; displayName: string };
}

export interface DriveStore {
  /** Returns the drive id. A second drive of the same user is a bug. */
  addDrive(owner: DriveOwner): string;
  driveOfUser(userId: string): string | undefined;
  /** Newest last; a site's default library is its first. */
  drivesOfSite(siteId: string): string[];
  drive(driveId: string): Drive | undefined;
  all(): Drive[];
  /** `/Documents/a.docx`; folders are made on the way, a file that is there gets a new version. Returns the item id. */
  put(driveId: string, path: string, bytes: Uint8Array, fields?: PutFields): string;
  putFolder(driveId: string, path: string, fields?: PutFields): string;
  state(driveId: string): DriveState;
  /** False where there is no such item. */
  remove(driveId: string, itemId: string): boolean;
  mark(driveId: string, itemId: string, marks: Marks): void;
  setQuota(driveId: string, totalBytes: number): void;
  disableSharing(driveId: string): void;
  /** From now on every delta token given out before answers 410 with this inner code. */
  expireDeltaTokens(driveId: string, innerCode?: string): void;
  readonly pool: ContentPool;
  readonly urls: SharePointUrls;
  readonly uploads: UploadSessions;
  readonly copies: CopyJobs;
}

export interface DriveStoreDeps {
  clock: Clock;
  ids: Ids;
  urls: ServiceUrls;
  outbox: Outbox;
}

export function createDriveStore(deps: DriveStoreDeps): DriveStore {
  const { clock, ids } = deps;
  const drives = new Map<string, Drive>();
  const idByUser = new Map<string, string>();
  const pool = createContentPool();
  const require = (driveId: string): Drive => {
    const drive = drives.get(driveId);
    if (!drive) throw new Error(`no drive ${driveId}`);
    return drive;
  };
  const store: DriveStore = {
    pool,
    urls: createSharePointUrls({ urls: deps.urls, clock, secret: ids.bytes(32) }),
    uploads: createUploadSessions({ clock, ids, pool }),
    copies: createCopyJobs(ids),
    addDrive(owner) {
      const drive = newDrive(owner, deps);
      drives.set(drive.id, drive);
      if ('userId' in owner) idByUser.set(owner.userId, drive.id);
      return drive.id;
    },
    driveOfUser: (userId) => idByUser.get(userId),
    drivesOfSite: (siteId) =>
      store
        .all()
        .filter(({ facts: { owner } }) => 'siteId' in owner && owner.siteId === siteId)
        .map((drive) => drive.id),
    drive: (driveId) => drives.get(driveId),
    all: () => [...drives.values()],
    put(driveId, path, bytes, fields = {}) {
      const drive = require(driveId);
      const { parent, name } = placeAt(drive, path, fields);
      const place = { parent, name, conflict: 'replace' as const };
      return drive.writeFile(place, pool.add(bytes), writeOf(drive, fields)).item.id;
    },
    putFolder(driveId, path, fields = {}) {
      const drive = require(driveId);
      const { parent, name } = placeAt(drive, path, fields);
      return drive.addFolder({ parent, name, conflict: 'replace' }, writeOf(drive, fields)).id;
    },
    state: (driveId) => stateOf(require(driveId)),
    remove(driveId, itemId) {
      const drive = require(driveId);
      const item = drive.item(itemId);
      if (item) drive.remove(item, undefined);
      return item !== undefined;
    },
    mark(driveId, itemId, marks) {
      const drive = require(driveId);
      const item = drive.item(itemId);
      if (!item) throw new Error(`no item ${itemId}`);
      drive.mark(item, marks);
    },
    setQuota: (driveId, totalBytes) => void (require(driveId).quotaBytes = totalBytes),
    disableSharing: (driveId) => void (require(driveId).sharingDisabled = true),
    expireDeltaTokens(driveId, innerCode = 'resyncChangesApplyDifferences') {
      const drive = require(driveId);
      drive.tokenGeneration++;
      drive.resyncCode = innerCode;
    },
  };
  return store;
}

function newDrive(owner: DriveOwner, { clock, ids }: DriveStoreDeps): Drive {
  const site = { siteId: ids.guid(), webId: ids.guid(), listId: ids.guid() };
  const personal = 'userId' in owner;
  const facts = {
    id: driveIdOf(site),
    owner,
    createdDateTime: clock.iso(),
    siteId: site.siteId,
    sitePath: personal
      ? `/personal/${owner.upn.toLowerCase().replace(/[^a-z0-9]/g, '_')}`
      : `/sites/${owner.name.replace(/[^\p{L}\p{N}_-]/gu, '')}`,
    libraryName: personal ? ('Documents' as const) : ('Shared Documents' as const),
    prefix: ids.bytes(4),
  };
  return new Drive(facts, { clock, ids });
}

function placeAt(drive: Drive, path: string, fields: PutFields) {
  const segments = path.split('/').filter((segment) => segment !== '');
  const name = segments.pop() ?? '';
  return { parent: drive.folderAt(segments, writeOf(drive, fields)), name };
}

function writeOf(drive: Drive, fields: PutFields) {
  const { createdBy, createdDateTime, lastModifiedDateTime } = fields;
  const dates: Partial<Dates> = {
    ...(createdDateTime === undefined ? {} : { createdDateTime }),
    ...(lastModifiedDateTime === undefined ? {} : { lastModifiedDateTime }),
  };
  return { by: createdBy ? { user: createdBy } : ownerIdentity(drive.facts.owner), dates };
}

export const ownerIdentity = (owner: DriveOwner): IdentitySet =>
  'userId' in owner
    ? { user: { id: owner.userId, displayName: owner.displayName } }
    : { user: { displayName: 'System Account' } };

function stateOf(drive: Drive): DriveState {
  const items = drive
    .items()
    .slice(1)
    .map((item) => {
      const content = currentVersion(item)?.content;
      return {
        id: item.id,
        path: pathOf(item),
        kind: content ? ('file' as const) : ('folder' as const),
        size: item.size,
        sha256: content?.sha256 ?? null,
        quickXorHash: content?.quickXorHash ?? null,
        createdDateTime: item.createdDateTime,
        lastModifiedDateTime: item.lastModifiedDateTime,
        mimeType: content ? mimeTypeOf(item.name) : null,
      };
    });
  return { id: drive.id, items };
}
