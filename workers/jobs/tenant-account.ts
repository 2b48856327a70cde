/** The tenant itself as an account: it owns the directory, and its people own everything else. */
import type { Account, RepositoryHead } from '../repository/model.ts';
import type { Workload } from '../workloads/workload.ts';

export const tenantAccount = ({ tenantId, tenantName }: RepositoryHead): Account => ({
  id: tenantId,
  userPrincipalName: tenantName,
  displayName: 'Users and groups',
});

export const workloadsOf = (
  account: Account,
  workloads: readonly Workload[],
  { tenantId }: Pick<RepositoryHead, 'tenantId'>,
): readonly Workload[] =>
  workloads.filter(({ ofTenant = false }) => ofTenant === (account.id === String(tenantId)));
