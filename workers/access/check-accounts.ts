/** Counts who there is, page by page. With the backup app's token the verdicts are those of the account picker. */
import type { GraphClient } from '../graph/client.ts';
import { ok, type Result } from '../kernel/result.ts';
import { readAccounts, readUsers } from './account-facts.ts';
import type { AccountFacts } from './account-probe.ts';
import { createTally, judgedByPlans, judgedByProbe, type CountedAccounts } from './account-tally.ts';
import { judgeAccounts, type Judging } from './accounts.ts';
import type { TenantLicences } from './licences.ts';

type Note = (text: string) => void;

/** As far as the directory tells. `bought`: null where subscriptions are not visible. */
export async function countUsers(
  graph: GraphClient,
  bought: Promise<TenantLicences | null>,
  note: Note,
): Promise<Result<CountedAccounts>> {
  const tally = createTally({ isProbed: false });
  const counting = behind(bought);
  let seen = 0;
  const read = await readUsers(graph, (users) => {
    note(`Counting accounts: ${(seen += users.length)}`);
    void counting.add((tenant) => tally.add(users.map((user) => judgedByPlans(user, tenant))));
  });
  await counting.done();
  return read.ok ? ok(tally.result()) : read;
}

/** With the backup app's token, of these roles: what each mailbox is, what there really is, and may it be backed up. */
export async function countAccounts(
  { graph, roles }: { readonly graph: GraphClient; readonly roles: readonly string[] },
  judging: Promise<Result<Judging>>,
  note: Note,
): Promise<Result<CountedAccounts>> {
  const tally = createTally({ isProbed: true });
  const counting = behind(judging);
  let seen = 0;
  const take = (accounts: readonly AccountFacts[]) => {
    note(`Looking at accounts: ${(seen += accounts.length)}`);
    return counting.add(async (by) => {
      if (by.ok) tally.add((await judgeAccounts(graph, accounts, by.value)).map(judgedByProbe));
    });
  };
  const read = await readAccounts(graph, take, readsKinds(roles));
  await counting.done();
  const by = await judging;
  if (!by.ok) return by;
  return read.ok ? ok(tally.result()) : read;
}

const readsKinds = (roles: readonly string[]): boolean =>
  roles.includes('MailboxSettings.Read') || roles.includes('MailboxSettings.ReadWrite');

/** Work in its order that takes what may not be known yet. Until it is, who adds work has nothing to wait for. */
function behind<T>(known: Promise<T>) {
  let isKnown = false;
  let last = (async () => {
    await known;
    isKnown = true;
  })();
  return {
    add(work: (value: T) => void | Promise<void>): Promise<void> | undefined {
      last = last.then(async () => work(await known));
      return isKnown ? last : undefined;
    },
    done: () => last,
  };
}
