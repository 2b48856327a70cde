/** The report as a file: every row of the reference page in it, and compared with an earlier one. */
import { readFileSync } from 'node:fs';
import { expect, test, type Download, type Page } from '@playwright/test';
import { array, number, object, nullable, parse, string } from 'valibot';
import { openDemo } from './demo-stage.ts';
import { signInAs } from './journey.ts';

const admin = 'ada@contoso.example';
const reportShape = object({
  tenantName: string(),
  permissions: array(
    object({
      row: nullable(number()),
      api: string(),
      claim: string(),
      permission: string(),
      type: string(),
      verdict: string(),
      evidence: string(),
      proof: string(),
      required: string(),
      granted: string(),
      inToken: string(),
    }),
  ),
});

test('the demo’s report is kept as JSON and CSV, and compared with an earlier one', async () => {
  const stage = await openDemo();
  const { page, demo } = stage;
  try {
    await page.goto(demo.app.url);
    await page.getByRole('button', { name: 'Try the demo tenant' }).click();
    await signInAs(page, admin, () => page.getByRole('button', { name: 'Sign in with Microsoft' }).click());
    await expect(page.getByRole('heading', { name: 'What stops a backup' })).toBeVisible({ timeout: 60_000 });

    const json = await textOf(await saved(page, 'Save as JSON'));
    const { permissions } = parse(reportShape, JSON.parse(json));
    const rows = permissions.filter(({ row }) => row !== null);
    expect(rows.map(({ row }) => row)).toEqual(Array.from({ length: 24 }, (_, index) => index + 1));
    expect(rows.map(({ api, claim, permission, type }) => [api, claim, permission, type])).toEqual(
      ofThePage(),
    );
    for (const { verdict, evidence, proof, required, granted, inToken } of rows)
      expect([verdict, evidence, proof, required, granted, inToken]).not.toContain('');

    await expect(page.getByRole('heading', { level: 2 }).first()).toHaveText('Not in this backup');
    await expect(page.getByRole('heading', { name: 'What raises it most' })).toBeVisible();
    const vendor = page.getByRole('region', { name: 'Permissions of Veeam Backup for Microsoft 365' });
    await expect(vendor.getByRole('row', { name: /Mail\.Send/ })).toContainText('no');

    const csv = await textOf(await saved(page, 'Save as CSV'));
    expect(csv.split('\r\n').filter((line) => line.startsWith('"Permission"'))).toHaveLength(
      permissions.length,
    );

    const picker = page.getByLabel('An earlier report, as JSON');
    const give = (text: string) =>
      picker.setInputFiles({ name: 'earlier.json', mimeType: 'application/json', buffer: Buffer.from(text) });
    await give(json);
    await expect(page.getByText('Nothing has changed.')).toBeVisible();
    await give(json.replace('"tenantName": "Contoso Joinery"', '"tenantName": "Contoso"'));
    await expect(page.getByText('Name of the tenant')).toBeVisible();
    await give('no report');
    await expect(page.getByText('input/invalid').first()).toBeVisible();

    const closer = 'Roles that you could activate';
    await expect(page.getByText(closer)).toBeVisible();
    await signInAs(page, admin, () => page.getByRole('button', { name: 'Look closer' }).first().click());
    await expect(page.getByText(closer)).toBeHidden({ timeout: 60_000 });
  } finally {
    await stage.close();
  }
});

async function saved(page: Page, name: string): Promise<Download> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name }).click(),
  ]);
  return download;
}

const textOf = async (download: Download): Promise<string> => readFileSync(await download.path(), 'utf8');

/** The page's tables as `tests/vectors` keeps them. */
const ofThePage = (): string[][] =>
  readFileSync(new URL('../vectors/reference-page.md', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => /^\| (Microsoft Graph|Office 365)/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.replaceAll(/\*\*|\\/g, '').trim()),
    );
