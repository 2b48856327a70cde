/** Two reports of one tenant: what has changed between them. */
import type { CheckReport, PermissionRow, ReportChange, ReportComparison } from '../contract/check.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { vendorFacts } from './report-vendors.ts';

/** Either may be the older one: the answer goes from the older to the newer. `input/invalid`: of different tenants. */
export function compareReports(one: CheckReport, other: CheckReport): Result<ReportComparison> {
  if (one.tenantId !== other.tenantId) return err(failure('input/invalid', 'a report of another tenant'));
  const [before, after] = one.at <= other.at ? [one, other] : [other, one];
  const changes = [
    ...changed(facts(before), facts(after)),
    ...changed(findings(before), findings(after)),
    ...changed(permissions(before), permissions(after)),
    ...changed(vendorFacts(before, after), vendorFacts(after, before)),
  ];
  return ok({ before: before.at, after: after.at, changes });
}

type Facts = ReadonlyMap<string, string>;

/** What one of the two does not have is an empty text. */
function changed(before: Facts, after: Facts): ReportChange[] {
  const names = [...before.keys(), ...[...after.keys()].filter((name) => !before.has(name))];
  return names
    .map((what) => ({ what, before: before.get(what) ?? '', after: after.get(what) ?? '' }))
    .filter((change) => change.before !== change.after);
}

const facts = ({ tenantName, version, depth, installed, profile, score, accounts }: CheckReport): Facts =>
  new Map([
    ['Name of the tenant', tenantName],
    ['Version of Holdfast', version],
    ['Depth of the check', depth],
    ['Score', `${score.points} of 100, ${score.word}`],
    ['Backup app', standing(installed, profile)],
    ['People', count(accounts?.users)],
    ['Guests', count(accounts?.guests)],
    ['With a mailbox', count(accounts?.withMailbox)],
    ['With a OneDrive', count(accounts?.withDrive)],
    ['Without a licence', count(accounts?.unlicensed)],
    ['With a kiosk mailbox only', count(accounts?.kiosk)],
  ]);

const standing = (installed: CheckReport['installed'], profile: CheckReport['profile']): string =>
  installed === null
    ? 'not visible'
    : installed
      ? `installed${profile ? `, ${profile}` : ''}`
      : 'not installed';

const count = (number: number | undefined): string => (number === undefined ? 'not visible' : String(number));

/** By what they are: titles may carry numbers. */
const findings = (report: CheckReport): Facts =>
  new Map(
    [...report.findings, ...report.fine]
      .flatMap((one) => [one, ...one.consequences])
      .map(({ id, title, verdict }) => [nameOfFinding(id), verdict === 'ok' ? 'ok' : `${verdict}: ${title}`]),
  );

const nameOfFinding = (id: string): string => id.replace(/^role:(\w+):/, 'Permission of $1: ');

const permissions = (report: CheckReport): Facts =>
  new Map(report.permissions.map((row) => [nameOf(row), row.verdict]));

/** The page prints some permissions twice, under two services. */
const nameOf = ({ row, app, api, claim, permission, type }: PermissionRow): string =>
  `${row === null ? '' : `${row}. `}${api}: ${claim || permission} (${type}, ${app === 'backup' ? 'backup app' : 'Registrator'})`;
