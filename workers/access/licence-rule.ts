/** May an account be backed up? Two rules, one verdict: pure, the same for the report, the picker and the run. */
import type { Eligibility, LicenceRule, LicenceVerdict } from '../contract/accounts.ts';
import type { AccountFacts } from './account-probe.ts';
import { hasArchivePlan } from './service-plans.ts';

export interface Ruling {
  readonly rule: LicenceRule;
  /** Somebody has said: back it up anyway. */
  readonly anyway: boolean;
}

/** Who has no licence that counts and needs none by the rule is eligible, and `why` says so. */
export function eligibilityOf(account: AccountFacts, licence: LicenceVerdict, ruling: Ruling): Eligibility {
  const { mail, drive } = account;
  if (!mail.ok && !drive.ok) {
    const why = mail.reason === drive.reason ? mail.reason : `${mail.reason}. ${drive.reason}`;
    return { kind: 'unreachable', why };
  }
  if (licence.state === 'licensed' || licence.state === 'kiosk') {
    return { kind: 'eligible', why: licence.why };
  }
  const verdict = ruling.rule === 'reference' ? byReference(account, licence) : byMicrosoft(account, licence);
  return ruling.anyway && verdict.kind === 'needs-licence' ? { kind: 'anyway', why: verdict.why } : verdict;
}

/** "To back up a single account, the account must have a license assigned. This also applies to shared mailboxes." */
function byReference({ kind }: AccountFacts, { why }: LicenceVerdict): Eligibility {
  const rule = kind === 'shared' ? 'a shared mailbox needs a licence of its own' : 'each account needs one';
  return { kind: 'needs-licence', why: `${why}; by the reference page’s rule ${rule}` };
}

/** Exchange Online limits and "About shared mailboxes" (learn.microsoft.com). */
function byMicrosoft(account: AccountFacts, { why }: LicenceVerdict): Eligibility {
  const { kind } = account;
  if (kind === 'room' || kind === 'equipment') {
    return { kind: 'eligible', why: 'By Microsoft’s rule rooms and equipment need no licence' };
  }
  if (kind !== 'shared' && !looksShared(account)) {
    return { kind: 'needs-licence', why: `${why}; by Microsoft’s rule each person needs one` };
  }
  if (hasArchivePlan(account.plans)) {
    return {
      kind: 'needs-licence',
      why: 'By Microsoft’s rule a shared mailbox with an archive needs a licence',
    };
  }
  return {
    kind: 'eligible',
    why: `By Microsoft’s rule a shared mailbox needs a licence only over 50 GB, with an archive or on hold. ${holds}`,
  };
}

const holds = 'Holds are not visible in Graph: Get-Mailbox | Format-List LitigationHoldEnabled shows them';

/** Where the app may not read kinds: a mailbox nobody can sign in to, without a licence. */
const looksShared = ({ kind, enabled, mail }: AccountFacts): boolean =>
  kind === 'unknown' && !enabled && mail.ok;
