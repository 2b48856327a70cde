/** What to call a backup: nothing on the device names the tenant while it is locked. */
import type { RepositoryView } from '#workers/contract/engine-api.ts';

export const repositoryTitle = ({ tenantName, place, label }: RepositoryView): string =>
  tenantName || (place === 'directory' ? `Backup in “${label}”` : 'Locked backup');
