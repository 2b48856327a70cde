/**
 * Folders as people expect them: the known ones first, then by name. A mailbox's bare top level is left out; a drive's
 * root, which Microsoft names `root`, gets the name that people know.
 */
import type { FolderView, SnapshotView } from '#workers/contract/views.ts';

const known = [
  'inbox',
  'defaultlist',
  'drafts',
  'sentitems',
  'archive',
  'deleteditems',
  'junkemail',
  'outbox',
];

const byName = new Intl.Collator(undefined, { numeric: true });

const rank = ({ role }: FolderView): number => {
  const place = known.indexOf(role?.toLowerCase() ?? '');
  return place === -1 ? known.length : place;
};

export function orderFolders(
  folders: readonly FolderView[],
  workload: SnapshotView['workload'],
): readonly FolderView[] {
  const ordered = [...folders].sort((a, b) => rank(a) - rank(b) || byName.compare(a.name, b.name));
  return workload === 'drive' ? ordered.map(withRootName) : withoutBareTop(ordered);
}

const withRootName = (folder: FolderView): FolderView =>
  folder.role === 'root' ? { ...folder, name: 'OneDrive' } : folder;

function withoutBareTop(folders: readonly FolderView[]): readonly FolderView[] {
  const tops = folders.filter(({ parent }) => parent === null);
  const [top] = tops;
  const isBare = tops.length === 1 && top?.items === 0 && folders.some(({ parent }) => parent === top.id);
  if (!isBare || !top) return folders;
  return folders
    .filter((folder) => folder !== top)
    .map((folder) => (folder.parent === top.id ? { ...folder, parent: null } : folder));
}
