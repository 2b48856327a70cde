/** What a report says of other apps, to be compared: what it did not see of one is said, and not read as gone. */
import type { CheckReport, VendorApp } from '../contract/check.ts';
import { delegatedUnseen, undescribed, vendorsUnseen } from './not-looked-at.ts';

/** By what it is about. `other` is the report that it is compared with. */
export function vendorFacts(report: CheckReport, other: CheckReport): ReadonlyMap<string, string> {
  if (isBlind(report) || isBlind(other))
    return new Map([[vendorsUnseen, isBlind(report) ? 'not visible' : `${report.vendors.length} seen`]]);
  const described = report.vendors.map((app) => [nameOf(app), rightsOf(app, report)] as const);
  const isWhole = !report.notLookedAt.some(({ what }) => what.endsWith(undescribed));
  const others = isWhole ? [] : other.vendors.map((app) => [nameOf(app), 'not described'] as const);
  return new Map([...others, ...described]);
}

const isBlind = ({ notLookedAt }: CheckReport): boolean =>
  notLookedAt.some(({ what }) => what === vendorsUnseen);

const nameOf = ({ name, clientId }: VendorApp): string => `App ${name} (${clientId ?? 'unknown'})`;

/** Two services have permissions of one name, and each is another right as an application permission than delegated. */
function rightsOf({ name, permissions, enabled }: VendorApp, { notLookedAt }: CheckReport): string {
  const held = permissions.flatMap(({ granted, api, claim, type }) =>
    granted ? `${claim} (${api}, ${type})` : [],
  );
  const isHalfSeen = notLookedAt.some(
    ({ what }) => what.startsWith(delegatedUnseen) && what.includes(name, delegatedUnseen.length),
  );
  return [
    ...(enabled === false ? ['disabled'] : []),
    ...held.sort(),
    ...(isHalfSeen ? ['delegated ones not visible'] : []),
  ].join(', ');
}
