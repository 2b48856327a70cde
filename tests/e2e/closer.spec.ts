/** How close the check looks: with nothing but one's own consent, and with the installed app. */
import { expect, test } from '@playwright/test';
import { openDemo } from './demo-stage.ts';
import { answer, install, signInAs } from './journey.ts';

const admin = 'ada@contoso.example';
const nobody = 'priya@contoso.example';

test('whoever may not consent goes on with what they may see, and an administrator looks closer after installing', async () => {
  const stage = await openDemo();
  const { page, demo } = stage;
  const signIn = page.getByRole('button', { name: 'Sign in with Microsoft' });
  const looked = page.locator('dl > div').filter({ has: page.getByText('Looked', { exact: true }) });
  try {
    await page.goto(demo.app.url);
    await page.getByRole('button', { name: 'Try the demo tenant' }).click();
    const [popup] = await Promise.all([page.waitForEvent('popup'), signIn.click()]);
    await popup.getByText(nobody).click();
    await popup.getByRole('button', { name: /Return to the application/ }).click();
    await expect(page.getByText(/\/adminconsent\?/)).toBeVisible();
    await signInAs(page, nobody, () =>
      page.getByRole('button', { name: 'Go on with what I may see' }).click(),
    );
    await expect(page.getByText(`as ${nobody}. Nothing was changed.`)).toBeVisible();
    await expect(page.getByText('Consent to read the directory').first()).toBeVisible();
    await expect(page.locator('dd').filter({ hasText: /^not visible$/ })).toHaveCount(10);

    await page.goto(`${demo.app.url}/sign-in`);
    await signInAs(page, admin, () => signIn.click());
    await expect(looked).toContainText('Quickly', { timeout: 60_000 });
    await install(page, admin, /Read-only, restore on demand/);
    await page.goBack();
    await expect(page.getByText(/^The backup app is installed/)).toBeVisible();
    await expect(page.getByText(/^The report below is from before/)).toBeHidden();
    page.on('popup', (asked) => void answer(asked, admin));
    await page.getByRole('button', { name: 'Look closer' }).first().click();
    await expect(looked).toContainText('Closer', { timeout: 60_000 });
    await page.getByText(/^Permissions, one by one/).click();
    const mail = page
      .getByRole('region', { name: 'Permissions of Holdfast Backup' })
      .getByRole('row', { name: /^Mail\.Read / });
    await expect(mail.getByRole('cell', { name: 'yes' })).toHaveCount(3);
  } finally {
    await stage.close();
  }
});
