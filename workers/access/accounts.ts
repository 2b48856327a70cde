/** Who there is to back up, as a screen shows it. */
import type { AccountView } from '../contract/accounts.ts';
import type { GraphClient } from '../graph/client.ts';
import { ok, type Result } from '../kernel/result.ts';
import { readAccounts } from './account-facts.ts';

/** With the backup app's token. Sorted by name. */
export async function listAccounts(graph: GraphClient, signal?: AbortSignal): Promise<Result<AccountView[]>> {
  const views: AccountView[] = [];
  const read = await readAccounts(graph, (accounts) => void views.push(...accounts), signal);
  return read.ok ? ok(views.sort((a, b) => a.displayName.localeCompare(b.displayName, 'en'))) : read;
}
