/** The report as a file: JSON for programs and for comparing later, CSV for a spreadsheet. */
import type { CheckReport, ReportFile, ReportFormat } from '../contract/check.ts';

export function reportFile(report: CheckReport, format: ReportFormat): ReportFile {
  const name = `holdfast-report-${report.tenantId}-${report.at.slice(0, 10)}.${format}`;
  return { name, text: format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : csv(report) };
}

const header = ['Kind', 'Number', 'API', 'Name', 'Type', 'Verdict', 'Evidence', 'Risk', 'What to do or why'];

/** RFC 4180, with a mark of UTF-8 in front, by which Excel knows it. */
function csv(report: CheckReport): string {
  const about = [
    ['Report', '', '', report.tenantName, '', '', '', '', `${report.at}, Holdfast ${report.version}`],
    ['Signed in as', '', '', report.signedInAs, '', '', '', '', ''],
  ];
  const findings = report.findings.map((one) => [
    'Finding',
    '',
    '',
    one.title,
    `stops ${one.stops}`,
    one.verdict,
    one.evidence,
    '',
    one.advice,
  ]);
  const permissions = report.permissions.map((row) => [
    'Permission',
    String(row.row ?? ''),
    row.api,
    row.claim || row.permission,
    row.type,
    row.verdict,
    row.evidence,
    row.risk.level,
    row.why,
  ]);
  const uncovered = report.notInThisBackup.map(({ what, why, instead }) => [
    'Not in this backup',
    '',
    '',
    what,
    '',
    '',
    '',
    '',
    `${why} ${instead}`,
  ]);
  const unseen = report.notLookedAt.map(({ what, why, shownBy }) => [
    'Not looked at',
    '',
    '',
    what,
    '',
    '',
    '',
    '',
    `${why} ${shownBy}`,
  ]);
  const rows = [header, ...about, ...uncovered, ...findings, ...permissions, ...unseen];
  return `\ufeff${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** What a spreadsheet would run as a formula: these at the start, full-width forms and blanks before them too. */
const formula = /^[\s\p{Cc}]*[=+\-@＝＋－＠]|^[\t\r\n]/u;

/** Names of a tenant are written by strangers: a quote in front keeps a spreadsheet from calculating them. */
function cell(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
