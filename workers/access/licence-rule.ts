/** May an account be backed up? Two rules, one verdict: pure, the same for the report, the picker and the run. */
import type { Eligibility, LicenceRule, LicenceVerdict } from '../contract/accounts.ts';
import type { AccountFacts } from './account-probe.ts';
import { hasArchivePlan } from './service-plans.ts';

export interface Ruling {
  readonly rule: LicenceRule;
  /** Somebody has said: back it up anyway. */
  readonly anyway: boolean;
  /** Bytes of the mailbox where `asksSize`; null where the service did not tell. */
  readonly size?: number | null;
}

/** Who has no licence that counts and needs none by the rule is eligible, and `why` says so. */
export function eligibilityOf(account: AccountFacts, licence: LicenceVerdict, ruling: Ruling): Eligibility {
  const { mail, drive } = account;
  if (!mail.ok && !drive.ok) {
    const why = mail.reason === drive.reason ? mail.reason : `${mail.reason}. ${drive.reason}`;
    return { kind: 'unreachable', why };
  }
  if (counts(licence)) return { kind: 'eligible', why: licence.why };
  const verdict =
    ruling.rule === 'reference' ? byReference(account, licence) : byMicrosoft(account, licence, ruling.size);
  return ruling.anyway && verdict.kind === 'needs-licence' ? { kind: 'anyway', why: verdict.why } : verdict;
}

/** A licence that is enough by either rule. */
export const counts = ({ state }: LicenceVerdict): boolean => state === 'licensed' || state === 'kiosk';

/** "To back up a single account, the account must have a license assigned. This also applies to shared mailboxes." */
function byReference({ kind }: AccountFacts, { why }: LicenceVerdict): Eligibility {
  const rule = kind === 'shared' ? 'a shared mailbox needs a licence of its own' : 'each account needs one';
  return { kind: 'needs-licence', why: `${why}; by the reference page’s rule ${rule}` };
}

/** Exchange Online limits and "About shared mailboxes" (learn.microsoft.com). */
function byMicrosoft(account: AccountFacts, { why }: LicenceVerdict, size?: number | null): Eligibility {
  if (account.kind === 'room' || account.kind === 'equipment') {
    return { kind: 'eligible', why: 'By Microsoft’s rule rooms and equipment need no licence' };
  }
  if (!isShared(account)) {
    return { kind: 'needs-licence', why: `${why}; by Microsoft’s rule each person needs one` };
  }
  if (hasArchivePlan(account.plans)) {
    return {
      kind: 'needs-licence',
      why: 'By Microsoft’s rule a shared mailbox with an archive needs a licence',
    };
  }
  if (typeof size === 'number' && size > limit) {
    const why = `By Microsoft’s rule a shared mailbox over 50 GB needs a licence: this one has ${inBoth(size)}`;
    return { kind: 'needs-licence', why };
  }
  return { kind: 'eligible', why: `${sizeWords(size)}. ${holds}` };
}

/** 50 GB as Exchange counts them, and as decimal prefixes do: between the two a mailbox is about to need a licence. */
const limit = 50 * 2 ** 30;
const nearly = 50e9;

/** Both readings of a GB. */
const inBoth = (bytes: number): string =>
  `${(bytes / 2 ** 30).toFixed(1)} GiB (${(bytes / 1e9).toFixed(1)} GB)`;

function sizeWords(size?: number | null): string {
  const rule = 'By Microsoft’s rule a shared mailbox of up to 50 GB needs no licence';
  if (typeof size !== 'number') return `${rule}; how large this one is did not show`;
  return size > nearly
    ? `${rule}: at ${inBoth(size)} this one is about to need one`
    : `${rule}: ${inBoth(size)}`;
}

const holds =
  'A hold would need one and is not visible in Graph: Get-Mailbox | fl LitigationHoldEnabled shows it';

/** Shared, or where the app may not read kinds: a mailbox nobody can sign in to, without a licence. */
export const isShared = ({ kind, enabled, mail }: Pick<AccountFacts, 'kind' | 'enabled' | 'mail'>): boolean =>
  kind === 'shared' || (kind === 'unknown' && !enabled && mail.ok);

/** Only there does the size of the mailbox decide. */
export const asksSize = (account: AccountFacts, licence: LicenceVerdict, rule: LicenceRule): boolean =>
  rule === 'microsoft' &&
  account.mail.ok &&
  isShared(account) &&
  !counts(licence) &&
  !hasArchivePlan(account.plans);
