/** The sums of a report over accounts: nothing of an account is kept but a note where somebody has to act. */
import type { AccountKind, AccountView, LicenceVerdict } from '../contract/accounts.ts';
import type { AccountCounts, AccountNote } from '../contract/check.ts';
import { counts as isEnough, isShared } from './licence-rule.ts';
import { licenceOf, type TenantLicences } from './licences.ts';
import { hasDrivePlan, hasMailboxPlan } from './service-plans.ts';
import { adminCenterLink, type UserFacts } from './user-facts.ts';

export interface CountedAccounts {
  readonly counts: AccountCounts;
  /** Shared mailboxes that need a licence by the rule; where kinds are unknown, whoever nobody signs in to is one. */
  readonly sharedUnlicensed: number;
  /** People who have a mailbox or a OneDrive and need a licence by the rule; null where nobody has looked. */
  readonly unlicensedWithData: number | null;
  /** Accounts without a licence of which a mailbox or drive did not answer, or refused: they may hold data. */
  readonly unlicensedUnknown: number;
  readonly notes: readonly AccountNote[];
  readonly more: number;
}

/** An account as it is counted, whoever has looked. */
export interface Judged {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly kind: AccountKind;
  readonly isShared: boolean;
  readonly isEnabled: boolean;
  readonly isOnPremises: boolean;
  readonly hasMailbox: boolean;
  readonly hasDrive: boolean;
  readonly licence: LicenceVerdict;
  /** Neither there nor known to be absent. */
  readonly isUnanswered: boolean;
  /** There is something to back up, and the rule asks for a licence. */
  readonly needsLicence: boolean;
  /** What somebody has to do something about; null where that is nothing. */
  readonly note: string | null;
}

const mostNotes = 200;
const perhapsShared = 'Nobody signs in to it: a shared mailbox, a room or somebody who left';

/** As far as the directory tells: no kinds, and plans instead of mailboxes. */
export function judgedByPlans(user: UserFacts, tenant: TenantLicences | null): Judged {
  const { id, userPrincipalName, displayName, enabled: isEnabled, isGuest, plans } = user;
  const licence = licenceOf(user, tenant);
  const needsLicence = !isGuest && !isEnough(licence);
  return {
    id,
    userPrincipalName,
    displayName,
    kind: isGuest ? 'guest' : 'unknown',
    isShared: !isEnabled,
    isEnabled,
    isOnPremises: user.isSynchronised,
    hasMailbox: hasMailboxPlan(plans),
    hasDrive: hasDrivePlan(plans),
    isUnanswered: false,
    licence,
    needsLicence,
    note: needsLicence ? (isEnabled ? licence.why : `${perhapsShared}. ${licence.why}`) : null,
  };
}

/** With the verdict of the account picker, in its words. */
export function judgedByProbe(view: AccountView): Judged {
  const { id, userPrincipalName, displayName, kind, enabled: isEnabled, mail, drive, eligibility } = view;
  return {
    id,
    userPrincipalName,
    displayName,
    kind,
    isShared: isShared(view),
    isEnabled,
    isOnPremises: kind === 'on-premises',
    hasMailbox: mail.ok,
    hasDrive: drive.ok,
    isUnanswered: [mail, drive].some((reach) => !reach.ok && (reach.unanswered || reach.refused)),
    licence: view.licence,
    needsLicence: eligibility.kind === 'needs-licence',
    note: /^(needs-licence|unreachable)$/.test(eligibility.kind) ? eligibility.why : null,
  };
}

export function createTally({ isProbed }: { readonly isProbed: boolean }) {
  const counts = {
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
  };
  const notes: AccountNote[] = [];
  let [more, sharedUnlicensed, unlicensedWithData, unlicensedUnknown, unknownKinds] = [0, 0, 0, 0, 0];

  function remark({ id, userPrincipalName, displayName: name }: Judged, note: string) {
    if (notes.length === mostNotes) more += 1;
    else notes.push({ name, userPrincipalName, note, link: adminCenterLink(id) });
  }

  function add(one: Judged): void {
    if (one.kind === 'guest') {
      counts.guests += 1;
      return;
    }
    const facts = factsOf(one);
    for (const [name, is] of Object.entries(facts)) if (is) counts[name as keyof typeof facts] += 1;
    if (one.kind === 'unknown') unknownKinds += 1;
    if (one.needsLicence && !isRoom(one)) {
      if (one.isShared) sharedUnlicensed += 1;
      else unlicensedWithData += 1;
    } else if (facts.unlicensed && one.isUnanswered) unlicensedUnknown += 1;
    if (one.note !== null) remark(one, one.note);
  }

  return {
    add: (accounts: readonly Judged[]) => accounts.forEach(add),
    result: (): CountedAccounts => ({
      counts: unknownKinds === 0 && isProbed ? counts : { ...counts, shared: null, rooms: null },
      sharedUnlicensed,
      unlicensedWithData: isProbed ? unlicensedWithData : null,
      unlicensedUnknown,
      notes,
      more,
    }),
  };
}

const isRoom = ({ kind }: Judged): boolean => kind === 'room' || kind === 'equipment';

const factsOf = (one: Judged) => ({
  users: true,
  blocked: !one.isEnabled,
  onPremises: one.isOnPremises,
  withMailbox: one.hasMailbox,
  withDrive: one.hasDrive,
  kiosk: one.licence.state === 'kiosk',
  unlicensed: !isEnough(one.licence) && !one.isShared && !isRoom(one),
  shared: one.kind === 'shared',
  rooms: isRoom(one),
});
