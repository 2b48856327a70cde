/** A browser that opens no windows: signing in leaves the page and comes back, as often as it takes. */
import { expect, test, type Page } from '@playwright/test';
import { openDemo } from './demo-stage.ts';

const admin = 'ada@contoso.example';

test('where popups are blocked, checking and installing go by redirect, and signing out leaves no token', async () => {
  const stage = await openDemo();
  const { page, demo } = stage;
  try {
    await page.addInitScript(() => Object.assign(window, { open: () => null }));
    await page.goto(demo.app.url);
    await page.getByRole('button', { name: 'Try the demo tenant' }).click();
    await page.getByRole('button', { name: 'Sign in with Microsoft' }).click();
    await page.getByRole('button', { name: 'Sign in on this page instead' }).click();
    await pickAccount(page);
    await page.getByRole('button', { name: 'Accept' }).click();
    await expect(page.getByRole('heading', { name: 'What stops a backup' })).toBeVisible({ timeout: 60_000 });

    await page.getByRole('button', { name: 'Install backup app' }).click();
    await page.getByRole('button', { name: 'Sign in on this page instead' }).click();
    await page.getByRole('button', { name: 'Accept' }).click();
    await expect(page.getByRole('heading', { name: 'What stops a backup' })).toBeVisible({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Install backup app' }).click();
    await expect(page).toHaveURL(/\/choose$/, { timeout: 90_000 });
    expect(await storedBySignIn(page)).not.toEqual([]);

    await page.goto(`${demo.app.url}/settings`);
    await page.getByRole('button', { name: 'Sign out of Holdfast' }).click();
    await expect(page.getByText('Signed out.')).toBeVisible();
    expect(await storedBySignIn(page)).toEqual([]);
  } finally {
    await stage.close();
  }
});

/** Entra's own page must be there before its account is picked: the page that is being left names the administrator too. */
async function pickAccount(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Pick an account' }).waitFor();
  await page.getByText(admin).first().click();
}

const storedBySignIn = (page: Page): Promise<string[]> =>
  page.evaluate(() => Object.keys(sessionStorage).filter((key) => /msal|holdfast\.sign-in/.test(key)));
