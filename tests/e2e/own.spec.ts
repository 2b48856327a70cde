/** One's own account in the browser: nobody's administrator, the relay down, a sign-in that ends in the middle. */
import { expect, test } from '@playwright/test';
import { answer, openSnapshot, protect, signInAs } from './journey.ts';
import { openStage } from './stage.ts';

const upn = 'jonas@contoso.example';

test('one’s own mail, files and tasks are backed up and read without an administrator and without the relay', async () => {
  const stage = await openStage();
  try {
    stage.setRelay(false);
    const { page } = await stage.open();
    await page.goto(stage.app.url);
    await page.getByRole('button', { name: 'Only my own account' }).click();
    await signInAs(page, upn, () => page.getByRole('button', { name: 'Sign in with Microsoft' }).click());
    await protect(page, 'opfs');
    await stage.oracle('switches', { pace: { latencyMs: 60 } });
    await page.getByRole('button', { name: 'Start the backup of 1 account' }).click();

    // Somebody ends the sign-in while the run works: it asks, opens nothing, and goes on after one click.
    await expect(page.getByRole('heading', { name: 'Fetching, newest first' })).toBeVisible();
    let windows = 0;
    page.on('popup', () => (windows += 1));
    await stage.oracle('revoke', { who: upn });
    await expect(page.getByRole('heading', { name: 'Waiting for you to sign in' })).toBeVisible();
    expect(windows).toBe(0);
    const again = page.getByRole('button', { name: 'Sign in again' });
    const [popup] = await Promise.all([page.waitForEvent('popup'), again.click()]);
    await answer(popup, upn);
    await stage.oracle('switches', { pace: { latencyMs: 0 } });
    await page.getByRole('link', { name: 'Browse the backup' }).click({ timeout: 60_000 });

    await openSnapshot(page, 'Jonas', 'Tasks');
    await page.getByRole('treeitem', { name: /^Workshop/ }).click();
    await page.getByRole('option', { name: /Oak table for Ingrid Solberg/ }).click();
    const pane = page.getByRole('region', { name: 'Open item' });
    await expect(pane.getByText('Finish: two coats of oil')).toBeVisible();
    await expect(pane.getByText('Green category')).toBeVisible();
  } finally {
    await stage.close();
  }
});

test('whose organisation lets administrators consent only is told so', async () => {
  const stage = await openStage();
  try {
    stage.setRelay(false);
    await stage.oracle('switches', { switches: { userConsent: 'refused' } });
    const { page } = await stage.open();
    await page.goto(`${stage.app.url}/own`);
    const signIn = page.getByRole('button', { name: 'Sign in with Microsoft' });
    const [popup] = await Promise.all([page.waitForEvent('popup'), signIn.click()]);
    await popup.getByText(upn).first().click();
    await popup.getByRole('button', { name: /Return to the application/ }).click();
    await expect(page.getByText('Your organisation lets administrators consent only')).toBeVisible();
  } finally {
    await stage.close();
  }
});
