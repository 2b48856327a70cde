/** What was bought, for whom, and which of Microsoft's services the tenant therefore has. */
import type { CountedAccounts } from './account-tally.ts';
import { fine, unseen, wrong, type Draft } from './finding.ts';
import { isBusiness, offersDrives, offersMailboxes, type Standing, type TenantLicences } from './licences.ts';
import type { Observations } from './observations.ts';

const inAdminCenter = {
  text: 'Licences in the admin center',
  href: 'https://admin.microsoft.com/#/licenses',
};

export function licenceFindings(seen: Observations): Draft[] {
  return [
    ...business(seen),
    service(seen, 'exchange', 'Exchange Online'),
    service(seen, 'sharepoint', 'SharePoint Online'),
    ...accounts(seen),
  ];
}

function business({ licences: bought }: Observations): Draft[] {
  const kinds = [
    ['licence-business', 'Business licence', isBusiness],
    ['licence-exchange', 'Exchange Online licence', offersMailboxes],
    ['licence-onedrive', 'OneDrive licence', offersDrives],
  ] as const;
  return kinds.map(([id, title, has]) => {
    if (!bought.ok) return unseen(id, title, 'A sign-in as Global Reader or an administrator');
    const { trialsKnown } = bought.value;
    const evidence = trialsKnown ? 'proved' : 'inferred';
    const proof = `Subscriptions of the tenant${trialsKnown ? '' : '; which are trials was not visible'}`;
    if (has(bought.value)) return fine(id, title, proof, { evidence });
    return wrong(id, title, {
      evidence,
      proof,
      advice: `No paid, active subscription of this tenant includes it.${notCounted(bought.value)} Buy or renew one in the Microsoft 365 admin center.`,
      stops: 'backup',
      link: inAdminCenter,
    });
  });
}

const standings: Readonly<Record<Exclude<Standing, 'counts'>, string>> = {
  trial: 'a trial',
  consumer: 'what people took for themselves',
  suspended: 'a suspended subscription',
};

/** What there is besides, and why it does not count. */
function notCounted({ skus }: TenantLicences): string {
  const others = skus.flatMap(({ standing, plans }) =>
    standing === 'counts' || plans.length === 0 ? [] : standings[standing],
  );
  return others.length === 0 ? '' : ` Not counted: ${[...new Set(others)].join(', ')}.`;
}

function service({ services }: Observations, name: 'exchange' | 'sharepoint', title: string): Draft {
  const id = `resource-${name}` as const;
  const full = `${title} in this tenant`;
  const found = services[name];
  if (!found.ok) return unseen(id, full, 'A sign-in that may read enterprise applications');
  if (found.value) return fine(id, full, 'Its service principal is in the directory');
  return wrong(id, full, {
    proof: 'The directory has no service principal of it',
    advice: 'It comes with the first licence that includes it.',
    stops: 'backup',
  });
}

/** Nothing to say of single accounts where the tenant itself has no licence. */
function accounts(seen: Observations): Draft[] {
  if (!seen.accounts.ok || (seen.licences.ok && !isBusiness(seen.licences.value))) return [];
  const { counts, sharedUnlicensed } = seen.accounts.value;
  const inferred = { evidence: 'inferred', link: inAdminCenter } as const;
  const proof = 'Plans assigned to each account';
  const kiosk = counts.kiosk > 0 && counts.kiosk === counts.withMailbox;
  const shared =
    counts.shared === null
      ? 'an account that nobody signs in to is taken for one'
      : 'each mailbox was asked what it is';
  return [
    kiosk
      ? wrong('accounts-kiosk', 'Nothing but kiosk mailboxes', {
          proof,
          advice:
            'Kiosk mailboxes hold 2 GB and are cut off from Exchange Web Services. Buy a whole mailbox for who needs one.',
          stops: 'nothing',
          ...inferred,
        })
      : fine('accounts-kiosk', 'Whole mailboxes', proof, { evidence: 'inferred' }),
    unlicensed(seen.accounts.value, proof),
    sharedUnlicensed > 0
      ? wrong('shared-unlicensed', sharedTitle(sharedUnlicensed, counts.shared !== null), {
          proof: `${proof}; ${shared}`,
          advice:
            'The reference page asks for one each. Microsoft asks for one only over 50 GB, with an archive or on hold: assign one, or back it up anyway.',
          stops: 'nothing',
          ...inferred,
          ...(counts.shared === null ? {} : { evidence: 'proved' as const }),
        })
      : fine('shared-unlicensed', 'No shared mailbox without a licence', `${proof}; ${shared}`, {
          evidence: 'inferred',
        }),
  ];
}

/** Without a licence there is as a rule nothing to back up; that is known, and no fault of the tenant. */
function unlicensed(counted: CountedAccounts, proof: string): Draft {
  const { counts, unlicensedWithData, unlicensedUnknown } = counted;
  const id = 'accounts-unlicensed';
  if (unlicensedWithData !== null && unlicensedWithData > 0) {
    return wrong(id, `${people(unlicensedWithData)} with data and no licence`, {
      proof: `${proof}, and each was asked for its mailbox and drive`,
      advice: 'The reference page asks for a licence each: assign one, or back them up anyway.',
      stops: 'nothing',
      link: inAdminCenter,
    });
  }
  if (counts.unlicensed === 0) return fine(id, 'Everybody has a licence', proof);
  const silent = unlicensedUnknown > 0;
  const asked = silent ? `${proof}; mailbox or drive of ${unlicensedUnknown} did not answer` : proof;
  return fine(id, `${people(counts.unlicensed)} without a licence`, asked, {
    evidence: unlicensedWithData === null || silent ? 'inferred' : 'proved',
    advice: 'As a rule there is nothing to back up of them. They are listed under Accounts.',
  });
}

const sharedTitle = (count: number, areKnown: boolean): string => {
  const noun = count === 1 ? 'mailbox' : 'mailboxes';
  return areKnown
    ? `${count} shared ${noun} without a licence`
    : `${count} ${noun} that may be shared, without a licence`;
};

const people = (count: number): string => (count === 1 ? 'One account' : `${count} accounts`);
