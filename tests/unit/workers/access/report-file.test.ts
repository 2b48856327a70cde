import { describe, expect, test } from 'vitest';
import { compareReports } from '../../../../workers/access/report-compare.ts';
import { reportFile } from '../../../../workers/access/report-file.ts';
import { readReport } from '../../../../workers/access/report-schema.ts';
import type { CheckReport, Finding, PermissionRow } from '../../../../workers/contract/check.ts';

const permission: PermissionRow = {
  row: 5,
  id: 'e2a3a72e-5f79-4c64-b1b1-878b674786c9',
  app: 'backup',
  api: 'Microsoft Graph',
  claim: 'Mail.ReadWrite',
  permission: 'Read and write mail in all mailboxes.',
  type: 'application',
  purpose: 'Reads mail',
  without: 'No mail',
  alternative: 'Mail.Read',
  risk: { level: 'high', reason: 'May change mail' },
  required: 'yes',
  granted: 'yes',
  inToken: 'unknown',
  verdict: 'ok',
  evidence: 'proved',
  proof: 'The directory',
  why: 'Granted',
};

const fault: Omit<Finding, 'consequences'> = {
  id: 'backup-app-enabled',
  title: 'Backup app enabled',
  verdict: 'missing',
  evidence: 'proved',
  proof: 'accountEnabled',
  advice: 'Enable it',
  who: 'administrator',
  fix: 'install',
  link: null,
  stops: 'backup',
};

const report: CheckReport = {
  schema: 'holdfast-report/1',
  version: '0.1.0',
  at: '2026-11-25T04:00:00.000Z',
  tenantId: 'b1d5e9a0-0000-4000-8000-000000000001',
  tenantName: 'Contoso',
  signedInAs: 'ada@contoso.example',
  depth: 'quick',
  roles: ['Global Administrator'],
  profile: 'reference',
  score: {
    points: 60,
    word: 'gaps',
    parts: [{ title: 'Backup', points: 40, of: 40, why: 'Mail and files' }],
    actions: [{ title: 'Enable the app', gain: 20, advice: 'In Entra', fix: null }],
  },
  findings: [{ ...fault, consequences: [{ ...fault, id: 'token', consequences: [] }] }],
  fine: [{ ...fault, id: 'role:graph:Mail.ReadWrite', verdict: 'ok', consequences: [] }],
  permissions: [permission],
  vendors: [
    {
      name: '=Another',
      clientId: null,
      enabled: true,
      credentialEnds: null,
      product: null,
      permissions: [
        {
          api: 'Microsoft Graph',
          claim: 'Mail.Read',
          type: 'application',
          needed: 'unknown',
          granted: true,
          risk: { level: 'medium', reason: 'Reads' },
        },
      ],
      verdict: 'unknown-product',
      link: null,
    },
  ],
  accounts: {
    users: 8,
    guests: 1,
    blocked: 1,
    onPremises: 0,
    withMailbox: 5,
    withDrive: 5,
    kiosk: 0,
    unlicensed: 1,
    shared: null,
    rooms: null,
  },
  accountNotes: [
    { name: 'Kaija', userPrincipalName: 'kaija@contoso.example', note: 'No licence', link: 'https://admin' },
  ],
  accountsMore: 0,
  exchanges: 4,
  notInThisBackup: [{ what: 'Chats', why: 'Metered.', instead: 'Purview.' }],
  notLookedAt: [{ what: 'EWS', why: 'Unused.', shownBy: 'PowerShell' }],
  installed: true,
};

const value = <T>(result: { ok: true; value: T } | { ok: false }): T => {
  if (!result.ok) throw new Error('failed');
  return result.value;
};

test('as JSON it is the whole report, and reads back', () => {
  const { name, text } = reportFile(report, 'json');
  expect(name).toBe('holdfast-report-b1d5e9a0-0000-4000-8000-000000000001-2026-11-25.json');
  expect(JSON.parse(text)).toEqual(report);
  expect(value(readReport(text))).toEqual(report);
});

test.each(['', '{}', '[]', 'null', '{"schema":"holdfast-report/2"}', '"'.repeat(17 * 1024 * 1024)])(
  'what is no report is refused (%#)',
  (text) => {
    expect(readReport(text)).toMatchObject({ ok: false, error: { code: 'input/invalid' } });
  },
);

test('a long file of nonsense is refused at its first fault', () => {
  const long = JSON.stringify({ ...report, findings: Array<number>(300_000).fill(0) });
  const before = performance.now();
  expect(readReport(long)).toMatchObject({ ok: false, error: { code: 'input/invalid' } });
  expect(performance.now() - before).toBeLessThan(1_000);
});

test('as CSV every row has as many cells, whatever stands in them', () => {
  const odd = { ...report, tenantName: 'a,"b"\r\nc' };
  const { text } = reportFile(odd, 'csv');
  const cells = parseCsv(text.slice(1));
  expect(text.charCodeAt(0)).toBe(0xfeff);
  expect(new Set(cells.map((row) => row.length))).toEqual(new Set([14]));
  expect(cells.flat()).toContain('a,"b"\r\nc');
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '\0=1', '＝1', '＋1', '－1', '＠A'])(
  'no cell is a formula: %j',
  (name) => {
    const { text } = reportFile({ ...report, tenantName: name, signedInAs: name }, 'csv');
    const cells = parseCsv(text.slice(1)).flat();
    expect(cells).not.toContain(name);
    expect(cells.filter((cell) => cell === `'${name}`)).toHaveLength(2);
  },
);

test('two reports of one tenant are compared from the older to the newer, whichever is given first', () => {
  const later: CheckReport = {
    ...report,
    at: '2026-12-25T04:00:00.000Z',
    permissions: [{ ...permission, verdict: 'missing' }],
    accounts: null,
  };
  const comparison = value(compareReports(later, report));
  expect(comparison).toEqual(value(compareReports(report, later)));
  expect(comparison).toMatchObject({ before: report.at, after: later.at });
  expect(comparison.changes).toEqual([
    { what: 'People', before: '8', after: 'not visible' },
    { what: 'Guests', before: '1', after: 'not visible' },
    { what: 'With a mailbox', before: '5', after: 'not visible' },
    { what: 'With a OneDrive', before: '5', after: 'not visible' },
    { what: 'Without a licence', before: '1', after: 'not visible' },
    { what: 'With a kiosk mailbox only', before: '0', after: 'not visible' },
    {
      what: '5. Microsoft Graph: Mail.ReadWrite (application, backup app)',
      before: 'ok',
      after: 'missing',
    },
  ]);
  expect(value(compareReports(report, report)).changes).toEqual([]);
});

describe('other apps in two reports', () => {
  const [app] = report.vendors;
  const [right] = app?.permissions ?? [];
  if (!app || !right) throw new Error('the report has an app');
  const what = 'App =Another (unknown)';
  const reading = 'Mail.Read (Microsoft Graph, application)';
  const at = '2026-12-25T04:00:00.000Z';
  const left = (unseen: string) => [{ what: unseen, why: 'Refused.', shownBy: 'Entra' }];
  const changes = (after: Partial<CheckReport>, before: Partial<CheckReport> = {}) =>
    value(compareReports({ ...report, ...before }, { ...report, at, ...after })).changes;

  test('the same permission is another right when it is delegated no more', () => {
    const delegated = { ...app, permissions: [{ ...right, type: 'delegated' as const }] };
    expect(changes({}, { vendors: [delegated] })).toEqual([
      { what, before: 'Mail.Read (Microsoft Graph, delegated)', after: reading },
    ]);
  });

  test('are gone where the later report saw them all, and else are not called so', () => {
    expect(changes({ vendors: [] })).toEqual([{ what, before: reading, after: '' }]);
    expect(changes({ vendors: [], notLookedAt: left('Other backup apps') })).toEqual([
      { what: 'Other backup apps', before: '1 seen', after: 'not visible' },
    ]);
    expect(changes({ vendors: [], notLookedAt: left('3 more apps that may read mail or files') })).toEqual([
      { what, before: reading, after: 'not described' },
    ]);
    expect(changes({ notLookedAt: left('Delegated permissions of Some, =Another') })).toEqual([
      { what, before: reading, after: `${reading}, delegated ones not visible` },
    ]);
  });
});

test('reports of two tenants are not compared', () => {
  expect(compareReports(report, { ...report, tenantId: 'other' })).toMatchObject({
    ok: false,
    error: { code: 'input/invalid' },
  });
});

/** RFC 4180, for these tests: every cell is quoted. */
function parseCsv(text: string): string[][] {
  return text
    .slice(0, -2)
    .split(/(?<=")\r\n(?=")/)
    .map((line) =>
      [...line.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, cell = '']) => cell.replaceAll('""', '"')),
    );
}
