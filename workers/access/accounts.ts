/** Who there is to back up, and what of each the backup app reaches: asked, not guessed. */
import { boolean, looseObject, nullish, optional, string, type InferOutput } from 'valibot';
import type { AccountView, Reach } from '../contract/accounts.ts';
import type { BatchGet, GraphClient } from '../graph/client.ts';
import type { Failure } from '../kernel/failure.ts';
import { ok, type Result } from '../kernel/result.ts';
import { directory } from './installation.ts';

const userSchema = looseObject({
  id: string(),
  userPrincipalName: string(),
  displayName: nullish(string(), ''),
  accountEnabled: nullish(boolean(), true),
  userType: nullish(string(), 'Member'),
});
type User = InferOutput<typeof userSchema>;
const userPath = '/users?$select=id,userPrincipalName,displayName,accountEnabled,userType&$top=999';

const probeSchema = looseObject({ value: optional(string()) });
const probesOf = ({ id }: User): BatchGet<typeof probeSchema>[] => [
  { path: `/users/${id}/mailFolders/inbox?$select=id`, schema: probeSchema },
  { path: `/users/${id}/mailboxSettings/userPurpose`, schema: probeSchema },
  { path: `/users/${id}/drive?$select=id`, schema: probeSchema },
];

/** With the backup app's token. Sorted by name; guests are listed and not probed: their data is in another tenant. */
export async function listAccounts(graph: GraphClient, signal?: AbortSignal): Promise<Result<AccountView[]>> {
  const options = { ...directory, ...(signal && { signal }) };
  const users: User[] = [];
  for await (const page of graph.pages(userPath, userSchema, options)) {
    if (!page.ok) return page;
    users.push(...page.value.items);
  }
  const probed = users.filter((user) => !isGuest(user));
  const answers = await graph.batch(probed.flatMap(probesOf), options);
  const stopped = answers.find((answer) => !answer.ok && endsEverything(answer.error));
  if (stopped && !stopped.ok) return stopped;
  const answersById = new Map(probed.map(({ id }, index) => [id, answers.slice(index * 3, index * 3 + 3)]));
  const views = users.map((user) => toView(user, answersById.get(user.id) ?? []));
  return ok(views.sort((a, b) => a.displayName.localeCompare(b.displayName, 'en')));
}

const isGuest = ({ userType }: User): boolean => userType === 'Guest';

const endsEverything = ({ code }: Failure): boolean => /^(job|sign-in|relay|network)\//.test(code);

type Probe = Result<InferOutput<typeof probeSchema>>;

function toView(user: User, [mailbox, purpose, drive]: readonly Probe[]): AccountView {
  return {
    id: user.id,
    userPrincipalName: user.userPrincipalName,
    displayName: user.displayName || user.userPrincipalName,
    enabled: user.accountEnabled,
    kind: kindOf(user, purpose),
    mail: reachOf(mailbox, 'mail'),
    drive: reachOf(drive, 'drive'),
  };
}

const kinds: Readonly<Record<string, AccountView['kind']>> = {
  user: 'user',
  linked: 'user',
  shared: 'shared',
  room: 'room',
  equipment: 'equipment',
};

function kindOf(user: User, purpose: Probe | undefined): AccountView['kind'] {
  if (isGuest(user)) return 'guest';
  if (!purpose?.ok) return purpose?.error.code === 'graph/forbidden' ? 'unknown' : 'user';
  return kinds[purpose.value.value ?? ''] ?? 'unknown';
}

function reachOf(probe: Probe | undefined, what: 'mail' | 'drive'): Reach {
  if (!probe) return { ok: false, reason: 'A guest: mail and files are in the home organisation' };
  return probe.ok ? { ok: true } : { ok: false, reason: reasonOf(probe.error, what) };
}

function reasonOf({ code, detail }: Failure, what: 'mail' | 'drive'): string {
  const noun = what === 'mail' ? 'mailbox' : 'OneDrive';
  switch (code) {
    case 'graph/no-mailbox':
      return 'No mailbox in Exchange Online: unlicensed, deleted or on-premises';
    case 'graph/no-drive':
      return 'No OneDrive: never opened, or no licence for it';
    case 'graph/not-found':
      return `No ${noun}`;
    case 'graph/forbidden':
      return `The backup app may not read this ${noun}`;
    default:
      return `The ${noun} did not answer: ${detail}`;
  }
}
