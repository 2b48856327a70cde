/** Counts who there is, page by page: nothing of an account is kept but a note where somebody has to act. */
import type { AccountKind } from '../contract/accounts.ts';
import type { AccountCounts, AccountNote } from '../contract/check.ts';
import type { GraphClient } from '../graph/client.ts';
import { ok, type Result } from '../kernel/result.ts';
import { readAccounts, readUsers } from './account-facts.ts';
import { licenceOf, type TenantLicences } from './licences.ts';
import { hasDrivePlan, hasMailboxPlan } from './service-plans.ts';
import { adminCenterLink, type UserFacts } from './user-facts.ts';

export interface CountedAccounts {
  readonly counts: AccountCounts;
  /** Shared mailboxes without a licence; where kinds are unknown, whoever nobody signs in to is taken for one. */
  readonly sharedUnlicensed: number;
  /** People without a licence who have a mailbox or a OneDrive all the same; null where nobody has looked. */
  readonly unlicensedWithData: number | null;
  readonly notes: readonly AccountNote[];
  readonly more: number;
}

type Seen = UserFacts & {
  readonly kind?: AccountKind;
  readonly mail?: { readonly ok: boolean };
  readonly drive?: { readonly ok: boolean };
};

const mostNotes = 200;
const perhapsShared = 'Nobody signs in to it: a shared mailbox, a room or somebody who left';

/**
 * `bought`: null where subscriptions are not visible. Accounts are read meanwhile; those that come earlier wait for it.
 */
export async function countUsers(
  graph: GraphClient,
  bought: Promise<TenantLicences | null>,
  note: (text: string) => void,
): Promise<Result<CountedAccounts>> {
  const tally = createTally(bought, false);
  const read = await readUsers(graph, (users) => {
    tally.add(users);
    note(`Counting accounts: ${tally.seen()}`);
  });
  return read.ok ? ok(await tally.result()) : read;
}

/** With the backup app's token: what each mailbox is, and what there really is. */
export async function probeAccounts(
  graph: GraphClient,
  bought: Promise<TenantLicences | null>,
  note: (text: string) => void,
): Promise<Result<CountedAccounts>> {
  const tally = createTally(bought, true);
  const read = await readAccounts(graph, (accounts) => {
    tally.add(accounts);
    note(`Looking at accounts: ${tally.seen()}`);
  });
  return read.ok ? ok(await tally.result()) : read;
}

type Mutable = { -readonly [K in keyof AccountCounts]: number };

const zero = (): Mutable => ({
  users: 0,
  guests: 0,
  blocked: 0,
  onPremises: 0,
  withMailbox: 0,
  withDrive: 0,
  kiosk: 0,
  unlicensed: 0,
  shared: 0,
  rooms: 0,
});

function createTally(bought: Promise<TenantLicences | null>, isProbed: boolean) {
  const counts = zero();
  const notes: AccountNote[] = [];
  let [more, sharedUnlicensed, unlicensedWithData, unknownKinds, seen] = [0, 0, 0, 0, 0];
  /** Undefined until it is known; what comes before waits. */
  let tenant: TenantLicences | null | undefined;
  let early: Seen[] = [];
  const known = (async () => {
    tenant = await bought;
    for (const user of early) count(user, tenant);
    early = [];
  })();

  function remark({ id, userPrincipalName, displayName }: Seen, note: string) {
    if (notes.length === mostNotes) more += 1;
    else notes.push({ name: displayName, userPrincipalName, note, link: adminCenterLink(id) });
  }

  function addLicence(user: Seen, licences: TenantLicences | null) {
    const { state, why } = licenceOf(user, licences);
    if (state === 'kiosk') counts.kiosk += 1;
    if (state === 'licensed' || state === 'kiosk' || isRoom(user)) return;
    if (isShared(user)) {
      sharedUnlicensed += 1;
      remark(user, `${isUnknown(user) ? perhapsShared : 'A shared mailbox'}. ${why}`);
      return;
    }
    counts.unlicensed += 1;
    if (hasData(user)) unlicensedWithData += 1;
    remark(user, why);
  }

  function count(user: Seen, licences: TenantLicences | null) {
    if (user.isGuest) {
      counts.guests += 1;
      return;
    }
    addFacts(counts, user);
    if (isUnknown(user)) unknownKinds += 1;
    addLicence(user, licences);
  }

  return {
    add(users: readonly Seen[]): void {
      seen += users.length;
      if (tenant === undefined) early.push(...users);
      else for (const user of users) count(user, tenant);
    },
    seen: () => seen,
    async result(): Promise<CountedAccounts> {
      await known;
      return {
        counts: unknownKinds === 0 && isProbed ? counts : { ...counts, shared: null, rooms: null },
        sharedUnlicensed,
        unlicensedWithData: isProbed ? unlicensedWithData : null,
        notes,
        more,
      };
    },
  };
}

const isUnknown = ({ kind }: Seen): boolean => kind === undefined || kind === 'unknown';
const isShared = (user: Seen): boolean => user.kind === 'shared' || (isUnknown(user) && !user.enabled);
const hasData = ({ mail, drive }: Seen): boolean => mail?.ok === true || drive?.ok === true;
const isRoom = ({ kind }: Seen): boolean => kind === 'room' || kind === 'equipment';

/** What was probed counts as it answered, else as the directory has it. */
function addFacts(counts: Mutable, user: Seen): void {
  const facts = {
    users: true,
    blocked: !user.enabled,
    onPremises: user.kind ? user.kind === 'on-premises' : user.isSynchronised,
    withMailbox: user.mail ? user.mail.ok : hasMailboxPlan(user.plans),
    withDrive: user.drive ? user.drive.ok : hasDrivePlan(user.plans),
    shared: user.kind === 'shared',
    rooms: isRoom(user),
  };
  for (const [name, is] of Object.entries(facts)) if (is) counts[name as keyof typeof facts] += 1;
}
