/** The report as a file: JSON for programs and for comparing later, CSV for a spreadsheet. */
import type { CheckReport, Finding, ReportFile, ReportFormat } from '../contract/check.ts';

export function reportFile(report: CheckReport, format: ReportFormat): ReportFile {
  const name = `holdfast-report-${report.tenantId}-${report.at.slice(0, 10)}.${format}`;
  return { name, text: format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : csv(report) };
}

/** A line of the table by its columns; what it does not name is empty. */
type Line = Partial<Record<(typeof columns)[number], string | number>>;
const columns = [
  'Kind',
  'Number',
  'Under',
  'API',
  'Name',
  'Type',
  'Required',
  'Granted',
  'In the token',
  'Verdict',
  'Evidence',
  'Proof',
  'Risk',
  'What to do or why',
] as const;

/** RFC 4180, with a mark of UTF-8 in front, by which Excel knows it. */
function csv(report: CheckReport): string {
  const lines = [
    ...about(report),
    ...report.notInThisBackup.map(({ what, why, instead }) =>
      told('Not in this backup', what, `${why} ${instead}`),
    ),
    ...[...report.findings, ...report.fine].flatMap((one) => [
      finding(one),
      ...one.consequences.map((each) => ({ ...finding(each), Under: one.title })),
    ]),
    ...permissions(report),
    ...vendors(report),
    ...report.accountNotes.map(({ name, userPrincipalName, note }) => ({
      ...told('Account', userPrincipalName, note),
      Under: name,
    })),
    ...report.notLookedAt.map(({ what, why, shownBy }) => told('Not looked at', what, `${why} ${shownBy}`)),
  ];
  const cells = lines.map((line) => columns.map((column) => cell(String(line[column] ?? ''))));
  return `\ufeff${[columns.map(cell), ...cells].map((row) => row.join(',')).join('\r\n')}\r\n`;
}

const told = (kind: string, name: string, why: string): Line => ({
  Kind: kind,
  Name: name,
  'What to do or why': why,
});

const about = ({ tenantName, signedInAs, at, version, depth, score, roles }: CheckReport): Line[] => [
  told('Report', tenantName, `${at}, Holdfast ${version}, ${depth} check`),
  told('Signed in as', signedInAs, roles?.join('; ') ?? ''),
  told('Score', `${score.points} of 100`, score.word),
  ...score.parts.map((part) => ({
    ...told('Score', part.title, part.why),
    Verdict: `${part.points} of ${part.of}`,
  })),
  ...score.actions.map((one) => ({ ...told('Action', one.title, one.advice), Verdict: `+${one.gain}` })),
];

const finding = ({ title, stops, verdict, evidence, proof, advice }: Finding): Line => ({
  Kind: 'Finding',
  Name: title,
  Type: `stops ${stops}`,
  Verdict: verdict,
  Evidence: evidence,
  Proof: proof,
  'What to do or why': advice,
});

const permissions = (report: CheckReport): Line[] =>
  report.permissions.map((row) => ({
    Kind: 'Permission',
    Number: row.row ?? '',
    Under: row.app === 'backup' ? 'Holdfast Backup' : 'Holdfast Registrator',
    API: row.api,
    Name: row.claim || row.permission,
    Type: row.type,
    Required: row.required,
    Granted: row.granted,
    'In the token': row.inToken,
    Verdict: row.verdict,
    Evidence: row.evidence,
    Proof: row.proof,
    Risk: row.risk.level,
    'What to do or why': row.why,
  }));

const vendors = (report: CheckReport): Line[] =>
  report.vendors.flatMap((app) =>
    app.permissions.map((one) => ({
      Kind: 'Other app',
      Under: app.name,
      API: one.api,
      Name: one.claim,
      Type: one.type,
      Required: one.needed,
      Granted: one.granted ? 'yes' : 'no',
      Verdict: app.verdict,
      Risk: one.risk.level,
      'What to do or why': app.product ? app.product.source : 'Not a product that Holdfast knows',
    })),
  );

/** What a spreadsheet would run as a formula: these at the start, full-width forms and blanks before them too. */
const formula = /^[\s\p{Cc}]*[=+\-@＝＋－＠]|^[\t\r\n]/u;

/** Names of a tenant are written by strangers: a quote in front keeps a spreadsheet from calculating them. */
function cell(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
