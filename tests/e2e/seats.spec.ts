/** Who is backed up, and who is not: a licence that is missing, a decision against the rule, a seat that is not there. */
import { expect, test } from '@playwright/test';
import { openDemo } from './demo-stage.ts';
import { figures, install, protect, run, signInAs } from './journey.ts';

const admin = 'ada@contoso.example';

test('a shared mailbox without a licence is backed up anyway; a cap leaves somebody out until a seat is released', async () => {
  const stage = await openDemo();
  const { page } = stage;
  const row = (name: string) =>
    page.getByRole('group', { name: 'Accounts' }).getByRole('listitem').filter({ hasText: name });
  const chosen = (name: string) => row(name).getByRole('checkbox');
  const goOn = page.getByRole('button', { name: /^(Continue|Into the backup)/ }).first();
  const seats = page.getByRole('dialog', { name: 'Seats' });
  try {
    await page.goto(stage.demo.app.url);
    await page.getByRole('button', { name: 'Try the demo tenant' }).click();
    await signInAs(page, admin, () => page.getByRole('button', { name: 'Sign in with Microsoft' }).click());
    await install(page, admin, /Read-only, restore on demand/);

    await expect(row('info@')).toContainText('a shared mailbox needs a licence of its own');
    await expect(chosen('info@')).toBeDisabled();
    const id = stage.demo.tenant.world.directory.user('info@contoso.example')?.id ?? '';
    const link = row('info@').getByRole('link', { name: /^Open in the admin center/ });
    await expect(link).toHaveAttribute('href', `https://admin.microsoft.com/#/users/:/UserDetails/${id}`);
    await row('info@').getByRole('button', { name: 'Back it up anyway' }).press('Enter');
    await expect(chosen('info@')).toBeChecked();

    await page.getByRole('radio', { name: /Microsoft’s rule/ }).check();
    await expect(row('room.oak@')).toContainText('rooms and equipment need no licence');
    await page.getByRole('radio', { name: /As the reference page/ }).check();
    await expect(row('info@')).toContainText('Backed up anyway.');

    await page.getByRole('button', { name: 'Seats…' }).click();
    await seats.getByLabel('At most').fill('1');
    await seats.getByLabel('At most').press('Enter');
    await expect(seats.getByRole('status')).toContainText('0 of 1 assigned, 1 free');
    await page.keyboard.press('Escape');
    await chosen(admin).check();
    await expect(page.getByText('1 seat too few')).toBeVisible();
    await expect(goOn).toBeDisabled();
    await chosen(admin).uncheck();
    await goOn.click();
    await protect(page, 'opfs');
    await run(page);
    expect(await figures(page)).toMatchObject({ Failed: '0' });

    await page.goto(`${stage.demo.app.url}/choose`);
    await expect(row(admin)).toContainText('No seat is free: 1 of 1 assigned');
    await expect(chosen(admin)).toBeDisabled();
    await page.getByRole('button', { name: 'Seats…' }).click();
    await seats.getByRole('button', { name: /^Release the seat of/ }).click();
    await expect(seats.getByRole('status')).toContainText('0 of 1 assigned, 1 free, 1 released');
    await page.keyboard.press('Escape');
    await chosen(admin).check();
    await expect(goOn).toBeEnabled();
  } finally {
    await stage.close();
  }
});
