/** Who there is to back up, judged: the one place where facts, licences and the tenant's rule meet. */
import type { AccountView, LicenceRule } from '../contract/accounts.ts';
import type { GraphClient } from '../graph/client.ts';
import type { Result } from '../kernel/result.ts';
import { readAccounts } from './account-facts.ts';
import type { AccountFacts } from './account-probe.ts';
import { asksSize, eligibilityOf } from './licence-rule.ts';
import { licenceOf, type TenantLicences } from './licences.ts';
import { readMailboxSizes, type MailboxSize } from './mailbox-size.ts';
import { adminCenterLink } from './user-facts.ts';

/** By what accounts of a tenant are judged. */
export interface Judging {
  /** Null where nobody has seen what the tenant has bought. */
  readonly tenant: TenantLicences | null;
  readonly rule: LicenceRule;
  /** Object ids of those to be backed up against the rule. */
  readonly anyway: ReadonlySet<string>;
}

/** With the backup app's token; the listener is given them in the directory's order, as they come, until it answers `false`. */
export const listAccounts = (
  graph: GraphClient,
  judging: Judging,
  onPage: (accounts: readonly AccountView[]) => unknown,
): Promise<Result<void>> =>
  readAccounts(graph, async (accounts) => onPage(await judgeAccounts(graph, accounts, judging)));

/** In the order given. Asks the tenant only for the sizes that the rule turns on. */
export async function judgeAccounts(
  graph: GraphClient,
  accounts: readonly AccountFacts[],
  judging: Judging,
): Promise<AccountView[]> {
  const { tenant, rule } = judging;
  const measured = accounts.filter((account) => asksSize(account, licenceOf(account, tenant), rule));
  const ids = measured.map(({ id }) => id);
  const sizes = await readMailboxSizes(graph, ids);
  return accounts.map((account) => judge(account, judging, sizes.get(account.id)));
}

function judge(
  account: AccountFacts,
  { tenant, rule, anyway }: Judging,
  measured?: MailboxSize,
): AccountView {
  const licence = licenceOf(account, tenant);
  const size = measured?.ok ? measured.value : null;
  const { id, userPrincipalName, displayName, kind, enabled, mail, drive } = account;
  return {
    id,
    userPrincipalName,
    displayName,
    kind,
    enabled,
    mail,
    drive,
    licence,
    eligibility: eligibilityOf(account, licence, { rule, anyway: anyway.has(id), size }),
    adminCenter: adminCenterLink(id),
  };
}
