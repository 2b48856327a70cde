/** What to call a backup and where it lies. While it is locked nothing on the device names the tenant: place and id have to do. */
import type { RepositoryView } from '#workers/contract/engine-api.ts';

export const repositoryTitle = ({ tenantName, place, label, id }: RepositoryView): string =>
  tenantName || (place === 'directory' ? `Backup in “${label}”` : `Locked backup ${shortId(id)}`);

/** Follows "In" or "in". */
export function repositoryPlace({ place, label }: RepositoryView): string {
  switch (place) {
    case 'opfs':
      return 'this browser';
    case 'indexeddb':
      return 'this browser (IndexedDB)';
    case 'directory':
      return `the folder “${label}”`;
    case 'memory':
      return 'memory only';
  }
}

/** The beginning of the id on the recovery sheet: enough for a person to compare. */
export const shortId = (id: string): string => id.slice(0, 8);
