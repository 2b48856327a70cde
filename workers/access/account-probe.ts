/** Asks for mailbox and drive of accounts, ten in an exchange, and tells their kind from the answers. */
import { looseObject, optional, string, type InferOutput } from 'valibot';
import type { AccountKind, Reach } from '../contract/accounts.ts';
import type { BatchGet, CallOptions, GraphClient } from '../graph/client.ts';
import type { Failure } from '../kernel/failure.ts';
import { ok, type Result } from '../kernel/result.ts';
import { hasMailboxPlan } from './service-plans.ts';
import type { UserFacts } from './user-facts.ts';

export interface AccountFacts extends UserFacts {
  readonly kind: AccountKind;
  readonly mail: Reach;
  readonly drive: Reach;
}

export type Probe = (group: readonly UserFacts[]) => Promise<Result<readonly AccountFacts[]>>;

const textSchema = looseObject({ value: optional(string()) });
type Text = Result<InferOutput<typeof textSchema>>;
type Question = (user: UserFacts) => BatchGet<typeof textSchema>;
const purpose: Question = ({ id }) => ({
  path: `/users/${id}/mailboxSettings/userPurpose`,
  schema: textSchema,
});
const inbox: Question = ({ id }) => ({
  path: `/users/${id}/mailFolders/inbox?$select=id`,
  schema: textSchema,
});
const drive: Question = ({ id }) => ({ path: `/users/${id}/drive?$select=id`, schema: textSchema });

/**
 * The kind of a mailbox says that there is one. Where the app may not read kinds, its inbox is asked for instead; where
 * it is not known whether it may (`readsKinds` undefined), the first group finds out for all.
 */
export function createProbe(graph: GraphClient, options: CallOptions, readsKinds?: boolean): Probe {
  let mailbox = readsKinds === false ? inbox : purpose;
  let first: Promise<unknown> | undefined = readsKinds === undefined ? undefined : Promise.resolve();
  const ask: Probe = async (group) => {
    const asked = group.filter(({ isGuest }) => !isGuest);
    const answers = await graph.batch(
      asked.flatMap((user) => [mailbox(user), drive(user)]),
      options,
    );
    const mailboxes = answers.filter((_, index) => index % 2 === 0);
    const refused = mailbox === purpose ? asked.filter((_, index) => isForbidden(mailboxes[index])) : [];
    const again = await graph.batch(refused.map(inbox), options);
    if (refused.length > 0 && refused.length === asked.length) mailbox = inbox;
    const stopped = [...answers, ...again].find((answer) => !answer.ok && endsEverything(answer.error));
    if (stopped && !stopped.ok) return stopped;
    return ok(
      group.map((user) => {
        const at = asked.indexOf(user);
        const second = refused.indexOf(user);
        return toFacts(user, second < 0 ? mailboxes[at] : again[second], answers[at * 2 + 1]);
      }),
    );
  };
  return async (group) => {
    if (first) await first;
    const answer = ask(group);
    first ??= answer;
    return answer;
  };
}

const isForbidden = (answer: Text | undefined): boolean =>
  answer?.ok === false && answer.error.code === 'graph/forbidden';

/** After it nothing can be asked. */
export const endsEverything = ({ code }: Failure): boolean => /^(job|sign-in|relay|network)\//.test(code);

function toFacts(user: UserFacts, mailbox: Text | undefined, drive: Text | undefined): AccountFacts {
  const kind = kindOf(user, mailbox);
  return { ...user, kind, mail: reachOf(mailbox, 'mail', kind), drive: reachOf(drive, 'drive', kind) };
}

const kinds: Readonly<Record<string, AccountKind>> = {
  user: 'user',
  linked: 'user',
  shared: 'shared',
  room: 'room',
  equipment: 'equipment',
};

function kindOf(user: UserFacts, mailbox: Text | undefined): AccountKind {
  if (user.isGuest) return 'guest';
  if (mailbox?.ok) return kinds[mailbox.value.value ?? ''] ?? 'unknown';
  if (mailbox?.error.code !== 'graph/no-mailbox') return 'unknown';
  // Concluded: Graph does not tell a mailbox elsewhere from none.
  return user.isSynchronised && !hasMailboxPlan(user.plans) ? 'on-premises' : 'user';
}

function reachOf(probe: Text | undefined, what: 'mail' | 'drive', kind: AccountKind): Reach {
  if (!probe) return { ok: false, reason: 'A guest: mail and files are in the home organisation' };
  if (probe.ok) return { ok: true };
  const known = reasonOf(probe.error, what, kind);
  const refused = probe.error.code === 'graph/forbidden';
  if (known !== undefined) return { ok: false, reason: known, ...(refused && { refused }) };
  const noun = nouns[what];
  return { ok: false, reason: `The ${noun} did not answer: ${probe.error.detail}`, unanswered: true };
}

const nouns = { mail: 'mailbox', drive: 'OneDrive' } as const;

/** Undefined where the answer says nothing of mailbox or drive. */
function reasonOf({ code }: Failure, what: 'mail' | 'drive', kind: AccountKind): string | undefined {
  switch (code) {
    case 'graph/no-mailbox':
      return kind === 'on-premises'
        ? 'Its mailbox, if it has one, is on the organisation’s own server'
        : 'No mailbox in Exchange Online: unlicensed, deleted or on-premises';
    case 'graph/no-drive':
      return 'No OneDrive: never opened, or no licence for it';
    case 'graph/not-found':
      return `No ${nouns[what]}`;
    case 'graph/forbidden':
      return `The backup app may not read this ${nouns[what]}`;
    default:
      return undefined;
  }
}
