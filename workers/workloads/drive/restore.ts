/** Puts files back into a new folder of the drive they came from. Nothing there is ever overwritten. */
import * as v from 'valibot';
import { failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Account, Row } from '../../repository/model.ts';
import { listIds } from '../list-ids.ts';
import { mayExist } from '../may-exist.ts';
import type { ContentSource, RestoredItem, RestorePort, RestoreTarget, WorkloadDeps } from '../workload.ts';
import {
  driveCall,
  driveItemSchema,
  drivePath,
  fileMeta,
  isOfficeFile,
  itemPath,
  itemSelect,
  parseFileMeta,
  type DriveItem,
} from './drive-item.ts';
import { childPath, setDates, uploadFile, type Upload } from './upload-file.ts';

const withId = v.object({ id: v.string() });

interface NewFolder {
  readonly account: Account;
  readonly name: string;
  /** Path of the parent item. */
  readonly parent: string;
  /** Path by which the folder is found again. */
  readonly path: string;
}

async function makeDriveFolder(
  { name, parent, path }: NewFolder,
  deps: WorkloadDeps,
): Promise<Result<string>> {
  const body = { name, folder: {}, '@microsoft.graph.conflictBehavior': 'fail' };
  const made = await deps.graph.send('POST', `${parent}/children`, body, withId, driveCall(deps));
  if (made.ok) return ok(made.value.id);
  if (!mayExist(made.error)) return made;
  const found = await deps.graph.get(`${path}?$select=id`, withId, driveCall(deps));
  return found.ok ? ok(found.value.id) : made;
}

/** How many files of one name a folder of the backup may hold before it is given up: none has more than two or three. */
const mostNames = 20;

async function putFile(upload: Upload, content: ContentSource): Promise<Result<RestoredItem>> {
  for (let copy = 1; copy <= mostNames; copy++) {
    const named = { ...upload, name: copy === 1 ? upload.row.name : numbered(upload.row.name, copy) };
    const made = await uploadFile(named, content);
    const losses = copy === 1 ? [] : ['Name: another file of this name had been put into the folder already'];
    if (made.ok) return ok({ id: made.value, created: true, losses });
    if (!mayExist(made.error)) return made;
    const there = await readChild(named);
    if (!there.ok) return made;
    if (isSameFile(there.value, upload.row)) {
      // A PUT that was cut short has left the content without its dates.
      const isDated = datesDiffer(there.value, upload.row).length === 0;
      const dated = isDated ? ok() : await setDates(upload, there.value.id);
      return dated.ok ? ok({ id: there.value.id, created: false, losses }) : dated;
    }
    if (made.error.code !== 'graph/conflict') return made;
  }
  return err(failure('graph/conflict', 'too many files of one name in the folder'));
}

/** `report.docx` → `report (2).docx` */
const numbered = (name: string, copy: number): string => name.replace(/(\.[^.]*)?$/, ` (${copy})$&`);

const readChild = (upload: Upload): Promise<Result<DriveItem>> =>
  upload.deps.graph.get(`${childPath(upload)}?${itemSelect}`, driveItemSchema, driveCall(upload.deps));

const isSameFile = (item: DriveItem, row: Row): boolean =>
  contentDifferences(item, row).length === 0 ||
  (isOfficeFile(row.name) && datesDiffer(item, row).length === 0);

function contentDifferences(item: DriveItem, row: Row): string[] {
  const { hash, receivedHash = hash } = parseFileMeta(row.meta);
  const restored = parseFileMeta(fileMeta(item)).hash;
  const fields: string[] = [];
  if (item.size !== contentSize(row)) fields.push('size');
  if (receivedHash !== '' && restored !== '' && restored !== receivedHash) fields.push('quickXorHash');
  return fields;
}

const contentSize = (row: Row): number => row.parts[0]?.size ?? row.size;

function datesDiffer(item: DriveItem, row: Row): string[] {
  const before = parseFileMeta(row.meta);
  const after = parseFileMeta(fileMeta(item));
  const fields: string[] = [];
  if (before.created !== '' && !sameSecond(before.created, after.created)) fields.push('createdDateTime');
  if (!sameSecond(before.modified || row.date, after.modified)) fields.push('lastModifiedDateTime');
  return fields;
}

const sameSecond = (a: string, b: string): boolean =>
  Math.floor(Date.parse(a) / 1000) === Math.floor(Date.parse(b) / 1000);

async function compareFile(
  { account }: RestoreTarget,
  restored: RestoredItem,
  row: Row,
  deps: WorkloadDeps,
): Promise<Result<string[]>> {
  const item = await deps.graph.get(
    `${itemPath(account, restored.id)}?${itemSelect}`,
    driveItemSchema,
    driveCall(deps),
  );
  if (!item.ok) return item;
  const content = contentDifferences(item.value, row);
  const rewritten = content.length > 0 && isOfficeFile(row.name);
  return ok([
    ...(item.value.name === row.name ? [] : ['name']),
    ...(rewritten ? ['Content: SharePoint wrote its own properties into the Office document'] : content),
    ...datesDiffer(item.value, row),
  ]);
}

async function removeFolder({ account, folder }: RestoreTarget, deps: WorkloadDeps): Promise<Result<void>> {
  const gone = await deps.graph.send(
    'DELETE',
    itemPath(account, folder),
    undefined,
    v.unknown(),
    driveCall(deps),
  );
  return gone.ok || gone.error.code === 'graph/not-found' ? ok() : gone;
}

export const driveRestore: RestorePort = {
  losses: [
    'Links to the files: the service gives every file a new one',
    'Who made and last changed a file: the service names whoever restores',
    'Earlier versions: only the content at the time of the backup comes back',
    'Sharing: permissions and sharing links are not part of the backup yet',
    'Dates of folders: the service writes them itself',
  ],
  async openTarget(account, name, deps) {
    const path = drivePath(account, `root:/${encodeURIComponent(name)}`);
    const folder = await makeDriveFolder({ account, name, parent: drivePath(account, 'root'), path }, deps);
    return folder.ok ? ok({ account, folder: folder.value }) : folder;
  },
  makeFolder({ account }, parent, { role, name }, deps) {
    // The drive's own root is not made again: what lies in it goes into the target.
    if (role === 'root') return Promise.resolve(ok(parent));
    const path = childPath({ account, folder: parent, name });
    return makeDriveFolder({ account, name, parent: itemPath(account, parent), path }, deps);
  },
  putItem: ({ target: { account }, folder }, row, content, deps) =>
    putFile({ account, folder, row, name: row.name, deps }, content),
  itemsIn: ({ target: { account }, folder }, deps) =>
    listIds(`${itemPath(account, folder)}/children`, deps.graph, driveCall(deps)),
  compare: compareFile,
  removeTarget: removeFolder,
};
