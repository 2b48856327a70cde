/** The browser is killed (SIGKILL) while it installs, and while it joins: the next start says so first and comes to the same end. */
import { expect, test, type Page } from '@playwright/test';
import { answer, check, signInAs } from './journey.ts';
import { openStage, type Stage } from './stage.ts';

const admin = 'ada@contoso.example';

/** One app, each role once; gives how many roles and certificates it has. */
function standing({ tenant }: Stage) {
  const { apps, grants } = tenant.world.directory;
  const mine = apps.applications().filter(({ fields }) => fields['displayName'] === 'Holdfast Backup');
  expect(mine).toHaveLength(1);
  const principal = apps.servicePrincipalByAppId(mine[0]?.appId ?? '');
  const held = grants.assignments().filter(({ principalId }) => principalId === principal?.id);
  const roles = new Set(held.map(({ appRoleId }) => appRoleId)).size;
  expect(held).toHaveLength(roles);
  return { roles, certificates: mine[0]?.keys.length ?? 0 };
}

async function start(stage: Stage): Promise<Page> {
  const { page } = await stage.open();
  await page.goto(stage.app.url);
  return page;
}

const stepOf = (page: Page, list: string, step: string) =>
  page.getByRole('list', { name: list }).getByRole('listitem').filter({ hasText: step });

const stripOf = (page: Page, words: string) => page.getByRole('alert').filter({ hasText: words });

/** From the line of the next start to the report, below which the work goes on. */
async function goOn(page: Page, words: string): Promise<void> {
  const strip = stripOf(page, words);
  await expect(strip).toContainText('Contoso');
  await expect(strip.getByRole('button', { name: 'Remove…' })).toBeVisible();
  await strip.getByRole('button', { name: 'Go on' }).click();
  await signInAs(page, admin, () => page.getByRole('button', { name: 'Sign in with Microsoft' }).click());
  await expect(page.getByText('did not come to its end')).toBeVisible({ timeout: 60_000 });
}

/** Presses a button of the report, answers the sign-ins that it asks for, and ends at the accounts, with no line left. */
async function toAccounts(page: Page, button: string): Promise<void> {
  page.on('popup', (popup) => void answer(popup, admin));
  await page.getByRole('button', { name: button }).click();
  await expect(page.getByRole('checkbox', { name: new RegExp(admin) })).toBeVisible({ timeout: 60_000 });
  await expect(stripOf(page, 'was cut short')).toBeHidden();
}

test('an installation and a joining that were killed are told, and come to the same end', async () => {
  const stage = await openStage();
  const { faults } = stage.tenant.world;
  try {
    const first = await start(stage);
    await check(first, admin);
    await first.getByRole('radio', { name: /Complete/ }).check();
    // Nothing is granted for now: the installation stands there.
    faults.set([
      {
        match: { method: 'POST', route: '/servicePrincipals/{id}/appRoleAssignments' },
        answer: { reset: true },
      },
    ]);
    first.on('popup', (popup) => void answer(popup, admin));
    await first.getByRole('button', { name: 'Install backup app' }).click();
    const granting = stepOf(first, 'Steps of the installation', 'Grant the app’s permissions');
    await expect(granting).toHaveClass(/running|waiting/);
    await stage.kill();
    faults.clear();
    expect(standing(stage)).toEqual({ roles: 0, certificates: 1 });

    const second = await start(stage);
    await goOn(second, 'Installing the backup app was cut short.');
    await expect(second.getByRole('radio', { name: /Complete/ })).toBeChecked();
    await toAccounts(second, 'Install backup app');
    const { roles } = standing(stage);
    expect(roles).toBeGreaterThan(5);
    expect(standing(stage)).toEqual({ roles, certificates: 1 });

    // As another device: it has no key, and finds the app.
    await second.evaluate(
      () =>
        new Promise((resolve) => {
          indexedDB.deleteDatabase('holdfast-access').onsuccess = resolve;
        }),
    );
    await second.goto(stage.app.url);
    await check(second, admin);
    stage.setRelay(false);
    await second.getByRole('button', { name: 'Join with this device' }).click();
    const trying = stepOf(second, 'Steps of joining', 'Try the app’s own sign-in');
    await expect(trying).toHaveClass(/running|waiting/);
    await stage.kill();
    stage.setRelay(true);
    expect(standing(stage)).toEqual({ roles, certificates: 2 });

    const third = await start(stage);
    await goOn(third, 'Joining with this device was cut short.');
    await toAccounts(third, 'Join with this device');
    expect(standing(stage)).toEqual({ roles, certificates: 2 });
  } finally {
    faults.clear();
    await stage.close();
  }
});
