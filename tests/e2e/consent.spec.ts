/** Somebody who may not consent gets a link for an administrator, who comes out at a page that says what was done. */
import { expect, test } from '@playwright/test';
import { install, signInAs } from './journey.ts';
import { openStage } from './stage.ts';

const admin = 'ada@contoso.example';
const employee = 'jonas@contoso.example';

test('the administrator’s link of a check ends at words of its own, refused or consented', async () => {
  const stage = await openStage();
  try {
    const { context, page } = await stage.open();
    await page.goto(stage.app.url);
    await page.getByRole('button', { name: /Start a backup/ }).click();
    const signIn = () => page.getByRole('button', { name: 'Sign in with Microsoft' }).click();
    const [popup] = await Promise.all([page.waitForEvent('popup'), signIn()]);
    await popup.getByText(employee).first().click();
    await popup.getByRole('button', { name: /^Return to the application/ }).click();
    const block = page.getByLabel('For an administrator', { exact: true });
    const link = await block.innerText();

    // As in another browser: nobody is signed in there.
    await context.clearCookies();
    const other = await context.newPage();
    const ways = [
      { button: 'Cancel', title: 'You did not consent' },
      { button: 'Accept', title: 'Entra says that you have consented for your organisation' },
    ];
    for (const { button, title } of ways) {
      await other.goto(link);
      const account = other.getByText(admin).first();
      const choice = other.getByRole('button', { name: button });
      await expect(account.or(choice).first()).toBeVisible();
      if (!(await choice.isVisible())) await account.click();
      await choice.click();
      await expect(other.getByText(title)).toBeVisible();
      // Nothing of the answer stays in the address.
      await expect(other).toHaveURL(`${stage.app.url}/consent`);
    }
    await other.close();
    await signInAs(page, employee, signIn);
    await expect(page.getByRole('heading', { name: 'What stops a backup' })).toBeVisible({ timeout: 60_000 });

    // Whoever may not install is told so once: the next window lets somebody else sign in.
    const [refused] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('button', { name: 'Install backup app' }).click(),
    ]);
    await refused.getByRole('button', { name: /^Return to the application/ }).click();
    await expect(page.getByText('A permission has not been granted')).toBeVisible();
    await install(page, admin, /Read-only, restore on demand/);
  } finally {
    await stage.close();
  }
});
