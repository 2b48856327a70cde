/** An administrator signs in to the backup app from the tenant's card: own tasks are then in the backup, others' are told. */
import { expect, test } from '@playwright/test';
import { openDemo } from './demo-stage.ts';
import { choose, figures, install, openSnapshot, protect, run, signInAs } from './journey.ts';

const admin = 'ada@contoso.example';

test('own tasks come with the administrator’s sign-in to the app, which the card asks for', async () => {
  const stage = await openDemo();
  try {
    const { page, demo } = stage;
    await page.goto(demo.app.url);
    await page.getByRole('button', { name: 'Try the demo tenant' }).click();
    await signInAs(page, admin, () => page.getByRole('button', { name: 'Sign in with Microsoft' }).click());
    await install(page, admin, /As the reference page/);
    await choose(page, [admin, 'jonas@contoso.example']);
    await protect(page, 'opfs');
    await expect(page.getByText(/^Tasks of 2 accounts are .*nobody is signed in to the app$/)).toBeVisible();

    await page.getByRole('link', { name: 'Backups' }).first().click();
    await page.getByText(/^Your own rights in the app/).click();
    const signIn = page.getByRole('button', { name: 'Sign in to the app' });
    await signInAs(page, admin, () => signIn.click());
    await expect(page.locator('summary').filter({ hasText: `signed in as ${admin}` })).toBeVisible();
    await page.goBack();

    await expect(page.getByText('Tasks of 1 account are not in this backup')).toBeVisible();
    await run(page);
    expect(await figures(page)).toMatchObject({ Failed: '0' });
    await expect(page.getByText('Tasks of 1 account are not in this backup')).toBeVisible();
    await page.getByRole('link', { name: 'Browse the backup' }).click();
    await openSnapshot(page, 'Ada', 'Tasks');
    await expect(page.getByRole('treeitem', { name: /^Trade fair/ })).toBeVisible();
  } finally {
    await stage.close();
  }
});
