/**
 * The accounts of a tenant with what the backup app reaches of each: asked, not guessed. One exchange tells mailbox and
 * drive of ten accounts; guests are not asked about, because their data is in another tenant.
 */
import type { GraphClient } from '../graph/client.ts';
import { failure, type Failure } from '../kernel/failure.ts';
import { forEachLimited } from '../kernel/limit.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { createProbe, endsEverything, type AccountFacts, type Probe } from './account-probe.ts';
import { directory } from './installation.ts';
import { toUserFacts, userSchema, userSelect, usersPath, type UserFacts } from './user-facts.ts';

/** Both probes of ten accounts fill a batch. */
const groupSize = 10;
const groupsInFlight = 4;
/** So many accounts are handed on together. */
const slice = 100;

/**
 * Accounts in the directory's own order, a hundred at a time as their answers come; the next ones are asked for while
 * `onPage` is at work and handed on when it is done. With the backup app's token, which needs `User.Read.All`; without
 * `MailboxSettings.Read` kinds stay unknown; `readsKinds`: whether the token has it, where that is known. Ends with the
 * first failure after which nothing could be asked, and as `job/cancelled` once `onPage` answers `false`.
 */
export async function readAccounts(
  graph: GraphClient,
  onPage: (accounts: readonly AccountFacts[]) => unknown,
  readsKinds?: boolean,
): Promise<Result<void>> {
  const probe = createProbe(graph, directory, readsKinds);
  for await (const page of graph.pages(usersPath, userSchema, directory)) {
    if (!page.ok) return page;
    const read = await readPage(page.value.items.map(toUserFacts), probe, onPage);
    if (!read.ok) return read;
  }
  return ok();
}

export interface ChosenAccounts {
  readonly users: readonly UserFacts[];
  /** Object ids of those about whom the directory gave no answer: they may well be there. */
  readonly unanswered: readonly string[];
}

/** Of these alone, in the order given; whom the directory does not know is left out. */
export async function readChosen(
  graph: GraphClient,
  ids: readonly string[],
): Promise<Result<ChosenAccounts>> {
  const path = (id: string) => `/users/${encodeURIComponent(id)}?${userSelect}`;
  const answers = await graph.batch(
    ids.map((id) => ({ path: path(id), schema: userSchema })),
    directory,
  );
  const stopped = answers.find((answer) => !answer.ok && endsEverything(answer.error));
  if (stopped && !stopped.ok) return stopped;
  const isUnanswered = (_: string, at: number) => {
    const answer = answers[at];
    return answer?.ok === false && answer.error.code !== 'graph/not-found';
  };
  return ok({
    users: answers.flatMap((answer) => (answer.ok ? toUserFacts(answer.value) : [])),
    unanswered: ids.filter(isUnanswered),
  });
}

export async function probeAccounts(
  graph: GraphClient,
  users: readonly UserFacts[],
): Promise<Result<readonly AccountFacts[]>> {
  const read: AccountFacts[] = [];
  const done = await readPage(users, createProbe(graph, directory), (page) => void read.push(...page));
  return done.ok ? ok(read) : done;
}

/** What the directory alone says, for a sign-in that may not ask mailboxes. */
export async function readUsers(
  graph: GraphClient,
  onPage: (users: readonly UserFacts[]) => void,
): Promise<Result<void>> {
  for await (const page of graph.pages(usersPath, userSchema, directory)) {
    if (!page.ok) return page;
    onPage(page.value.items.map(toUserFacts));
  }
  return ok();
}

async function readPage(
  users: readonly UserFacts[],
  probe: Probe,
  onPage: (accounts: readonly AccountFacts[]) => unknown,
): Promise<Result<void>> {
  const answered: (readonly AccountFacts[])[] = [];
  let failed: Failure | undefined;
  let [next, waiting, handedOn] = [0, 0, Promise.resolve()];
  let isWanted = true;
  const take = async (ready: readonly AccountFacts[]) => {
    if (isWanted) isWanted = (await onPage(ready)) !== false;
    if (!isWanted) failed ??= failure('job/cancelled', 'the list is not wanted any more');
  };
  /** What has been answered in unbroken order; one page after the other. */
  const handOn = (): Promise<void> => {
    waiting = 0;
    const ready: AccountFacts[] = [];
    for (let group = answered[next]; group; group = answered[(next += 1)]) ready.push(...group);
    if (ready.length > 0) handedOn = handedOn.then(() => take(ready));
    return handedOn;
  };
  await forEachLimited(groupsOf(users).entries(), groupsInFlight, async ([at, group]) => {
    if (failed) return;
    const answer = await probe(group);
    if (answer.ok) answered[at] = answer.value;
    else failed ??= answer.error;
    waiting += group.length;
    if (waiting >= slice && !failed) await handOn();
  });
  await handOn();
  return failed ? err(failed) : ok();
}

/** Neighbours, as many as fill a batch. */
function groupsOf(users: readonly UserFacts[]): UserFacts[][] {
  const groups: UserFacts[][] = [];
  let asked = groupSize;
  for (const user of users) {
    if (asked === groupSize) {
      groups.push([]);
      asked = 0;
    }
    groups.at(-1)?.push(user);
    if (!user.isGuest) asked += 1;
  }
  return groups;
}
