/** The browser is killed while the right to write stands: the next start says so first, refuses others, and ends it. */
import { expect, test, type Page } from '@playwright/test';
import { answer, check, choose, install, openSnapshot, protect, run, unlock } from './journey.ts';
import { openStage, type Stage } from './stage.ts';

const admin = 'ada@contoso.example';
const other = 'info@contoso.example';
const lent = 'Mail.ReadWrite';

const answerAs = (page: Page) => page.on('popup', (popup) => void answer(popup, admin));

async function plan(page: Page, account: string): Promise<void> {
  await openSnapshot(page, account, 'Mail');
  await page.getByRole('button', { name: /^Put mailbox back/ }).click();
  await page.getByRole('button', { name: 'Put back exactly this' }).click();
}

function standing({ tenant }: Stage): boolean {
  const { apps, grants } = tenant.world.directory;
  const values = grants.assignments().map(({ resourceId, appRoleId }) => {
    const roles = apps.servicePrincipal(resourceId)?.appRoles;
    return roles?.find(({ id }) => id === appRoleId)?.value;
  });
  return values.includes(lent);
}

test('a browser killed while it may write tells of it, and ends it', async () => {
  const stage = await openStage();
  try {
    const { page } = await stage.open();
    await page.goto(stage.app.url);
    await check(page, admin);
    await install(page, admin, /Read-only, restore on demand/);
    await choose(page, [other]);
    await protect(page, 'opfs');
    await run(page);
    await page.getByRole('link', { name: 'Browse the backup' }).click();
    answerAs(page);
    stage.tenant.world.pace.latencyMs = 200;
    await plan(page, other);
    await page.getByRole('button', { name: 'Allow writing and go on' }).click();
    await expect(page.getByRole('heading', { name: 'Putting back' })).toBeVisible({ timeout: 60_000 });
    expect(standing(stage)).toBe(true);
    await stage.kill();
    stage.tenant.world.pace.latencyMs = 0;

    const again = (await stage.open()).page;
    answerAs(again);
    await again.goto(stage.app.url);
    await expect(again.getByText(/The backup app of .+ may still write/)).toBeVisible();
    await again.goto(`${stage.app.url}/backups`);
    await again.getByRole('link', { name: 'Unlock' }).click();
    await unlock(again);
    await plan(again, other);
    await expect(again.getByText('A right to write that was lent for a restore still stands')).toBeVisible();
    await again.getByRole('button', { name: 'Take the right back' }).click();
    await expect(again.getByText('The right to write is taken back')).toBeVisible({ timeout: 60_000 });
    await expect(again.getByText(`no longer assigns ${lent}`)).toBeVisible();
    await expect(again.getByText(/may still write/)).toBeHidden();
    expect(standing(stage)).toBe(false);
  } finally {
    await stage.close();
  }
});
