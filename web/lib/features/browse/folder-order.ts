/** Folders as people expect them: the known ones first, then by name; a mailbox's bare top level is left out. */
import type { FolderView } from '#workers/contract/views.ts';

const known = ['inbox', 'drafts', 'sentitems', 'archive', 'deleteditems', 'junkemail', 'outbox'];

const rank = ({ role }: FolderView): number => {
  const place = known.indexOf(role?.toLowerCase() ?? '');
  return place === -1 ? known.length : place;
};

export function orderFolders(folders: readonly FolderView[]): readonly FolderView[] {
  const ordered = [...folders].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
  const tops = ordered.filter(({ parent }) => parent === null);
  const [top] = tops;
  const isBare = tops.length === 1 && top?.items === 0 && ordered.some(({ parent }) => parent === top.id);
  if (!isBare || !top) return ordered;
  return ordered
    .filter((folder) => folder !== top)
    .map((folder) => (folder.parent === top.id ? { ...folder, parent: null } : folder));
}
