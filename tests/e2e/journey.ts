/** What a person does in the seven screens, step by step, by the words that the screens show. */
import { expect, type Locator, type Page } from '@playwright/test';
import type { PlaceName } from './stage.ts';

export const passphrase = 'correct horse battery staple seven';

/** The tenant's own sign-in page in a popup: choose the account, consent where it is asked for. */
export async function signInAs(page: Page, upn: string, click: () => Promise<void>): Promise<void> {
  const [popup] = await Promise.all([page.waitForEvent('popup'), click()]);
  await answer(popup, upn);
}

/** Chooses the account and consents, as often as either is asked for, until the popup closes itself. */
export async function answer(popup: Page, upn: string): Promise<void> {
  const accept = popup.getByRole('button', { name: 'Accept' });
  const account = popup.getByText(upn).first();
  while (!popup.isClosed()) {
    await accept
      .or(account)
      .first()
      .waitFor({ timeout: 60_000 })
      .then(async () => ((await accept.isVisible()) ? accept : account).click({ timeout: 5_000 }))
      .catch(() => undefined);
  }
}

export async function check(page: Page, upn: string): Promise<void> {
  await page.getByRole('button', { name: /Start a backup/ }).click();
  await signInAs(page, upn, () => page.getByRole('button', { name: 'Sign in with Microsoft' }).click());
  await expect(page.getByRole('heading', { name: 'What stops a backup' })).toBeVisible({ timeout: 60_000 });
}

/** Installs the backup app; the sign-in that it asks for, if any, is answered as `upn`. */
export async function install(page: Page, upn: string, card: RegExp): Promise<void> {
  await page.getByRole('radio', { name: card }).check();
  const answers = (popup: Page) => void answer(popup, upn);
  page.on('popup', answers);
  await page.getByRole('button', { name: 'Install backup app' }).click();
  await expect(page.getByRole('heading', { name: 'Whose data shall be kept?' })).toBeVisible({
    timeout: 120_000,
  });
  page.off('popup', answers);
}

export async function choose(page: Page, names: readonly string[] | 'all'): Promise<void> {
  const accounts = page.getByRole('group', { name: 'Accounts' });
  if (names === 'all') await accounts.getByRole('checkbox', { name: /Select all/ }).check();
  else for (const name of names) await chooseOne(accounts, name);
  await page
    .getByRole('button', { name: /^(Continue|Into the backup)/ })
    .first()
    .click();
}

/** Against the tenant's rule where it has to be. */
async function chooseOne(accounts: Locator, name: string): Promise<void> {
  const row = accounts.getByRole('listitem').filter({ hasText: name });
  await expect(row.first()).toBeVisible({ timeout: 30_000 });
  const anyway = row.getByRole('button', { name: /^Back it up anyway/ });
  if (await anyway.isVisible()) await anyway.click();
  await row.getByRole('checkbox', { name: new RegExp(name) }).check();
}

/** Returns the 24 recovery words. */
export async function protect(page: Page, place: PlaceName): Promise<string[]> {
  const words = await createBackup(page, place);
  await page.getByRole('button', { name: 'I have stored it' }).click();
  await confirmWords(page, words);
  return words;
}

/** Place and passphrase; ends at the recovery sheet, whose words it returns. */
export async function createBackup(page: Page, place: PlaceName): Promise<string[]> {
  if (place === 'folder') {
    await page.getByRole('radio', { name: /In a folder/ }).check();
    await page.getByRole('button', { name: 'Choose a folder' }).click();
  } else await page.getByRole('radio', { name: /In this browser/ }).check();
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await page.getByLabel('Once more').fill(passphrase);
  await page.getByRole('button', { name: 'Create the backup' }).click();
  const sheet = page.locator('section.card').filter({ hasText: 'Recovery sheet' }).getByRole('listitem');
  await expect(sheet).toHaveCount(24, { timeout: 30_000 });
  return (await sheet.allInnerTexts()).map((text) => text.replace(/^\d+\s+/, '').trim());
}

/** Types the words that are asked for. */
export async function confirmWords(page: Page, words: readonly string[]): Promise<void> {
  for (const field of await page.getByLabel(/^Word \d+$/).all()) {
    const label = await field.evaluate((input) => (input as HTMLInputElement).labels?.[0]?.textContent ?? '');
    await field.fill(words[Number(/\d+/.exec(label)?.[0]) - 1] ?? '');
  }
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** Starts the run (or runs again) and waits for its report; gives the figures of the coverage card by name. */
export async function run(page: Page, timeout = 180_000): Promise<Record<string, string>> {
  await page.getByRole('button', { name: /^(Start the backup|Run again)/ }).click();
  await expect(page.getByRole('heading', { name: 'Coverage' })).toBeHidden();
  await expect(page.getByRole('heading', { name: 'Coverage' })).toBeVisible({ timeout });
  return figures(page);
}

export async function figures(page: Page): Promise<Record<string, string>> {
  const cells = await page.locator('dl > div:has(> dd.number)').all();
  const pairs = cells.map(async (cell) => [
    await cell.locator('dt').innerText(),
    await cell.locator('dd.number').innerText(),
  ]);
  return Object.fromEntries(await Promise.all(pairs));
}

export async function unlock(page: Page, secret = passphrase): Promise<void> {
  await page.getByLabel('Passphrase').fill(secret);
  await page.getByRole('button', { name: 'Unlock' }).click();
}

/** Opens the newest snapshot of an account. */
export async function openSnapshot(
  page: Page,
  account: string,
  workload: 'Mail' | 'OneDrive' | 'Tasks',
): Promise<void> {
  const card = page.locator('section.card').filter({ hasText: account });
  await card.getByRole('listitem').filter({ hasText: workload }).getByRole('link', { name: 'Open' }).click();
}

/** From an open snapshot: the plan, the word, the report; gives its figures and the name of the dated folder. */
export async function putBack(
  page: Page,
  button: string | RegExp,
  timeout = 180_000,
): Promise<{ figures: Record<string, string>; target: string }> {
  await page.getByRole('button', { name: button }).first().click();
  await page.getByRole('button', { name: 'Put back exactly this' }).click({ timeout: 60_000 });
  await expect(page.getByRole('heading', { name: 'Report' })).toBeVisible({ timeout });
  const said = await page.getByText(/in the folder “/).innerText();
  return { figures: await figures(page), target: /“(.+)”/.exec(said)?.[1] ?? '' };
}
