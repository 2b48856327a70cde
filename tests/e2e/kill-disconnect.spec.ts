/** The browser is killed (SIGKILL) in the middle of a disconnection: the next start says so first and brings it to its end. */
import { expect, test } from '@playwright/test';
import type { BrowserContext } from 'playwright';
import { answer, check, install } from './journey.ts';
import { openStage } from './stage.ts';

const admin = 'ada@contoso.example';

/** The browser's own process; its children end with it. */
async function processOf(context: BrowserContext): Promise<number> {
  const session = await context.browser()?.newBrowserCDPSession();
  const info = await session?.send('SystemInfo.getProcessInfo');
  const id = info?.processInfo.find(({ type }) => type === 'browser')?.id;
  if (id === undefined) throw new Error('no browser process');
  return id;
}

test('a disconnection that was killed is told first at the next start, and goes on to the same end', async () => {
  const stage = await openStage();
  try {
    const { apps, grants } = stage.tenant.world.directory;
    const first = await stage.open();
    await first.page.goto(stage.app.url);
    await check(first.page, admin);
    await install(first.page, admin, /Read-only/);
    const roles = grants
      .assignments()
      .filter(({ principalId }) =>
        apps
          .servicePrincipals()
          .some(({ id, displayName }) => id === principalId && displayName === 'Holdfast Backup'),
      ).length;
    expect(roles).toBeGreaterThan(0);

    // The service principal cannot be deleted for now: the removal stands there, with its rights gone.
    const route = '/servicePrincipals/{id}';
    stage.tenant.world.faults.set([{ match: { method: 'DELETE', route }, answer: { reset: true } }]);
    const { page } = first;
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Backups' }).click();
    await page.getByRole('button', { name: 'Remove the backup app…' }).click();
    await expect(page.getByText('no other device uses it')).toBeVisible();
    await page.getByRole('button', { name: 'Remove everything' }).click();
    const steps = page.getByRole('list', { name: 'Steps of the removal' });
    await expect(steps.getByText('Read back: none left')).toHaveCount(3);
    await expect(steps.getByText('Deleting')).toBeVisible();
    const closed = first.context.waitForEvent('close');
    process.kill(await processOf(first.context), 'SIGKILL');
    await closed;

    stage.tenant.world.faults.clear();
    const second = await stage.open();
    await second.page.goto(stage.app.url);
    const strip = second.page
      .getByRole('alert')
      .filter({ hasText: 'Removing the backup app was cut short.' });
    await expect(strip).toContainText('Contoso');
    second.page.on('popup', (popup) => void answer(popup, admin));
    await strip.getByRole('button', { name: 'Go on' }).click();
    const proof = second.page.getByLabel('Proof');
    await expect(proof).toContainText(`${roles} removed; read back: none left`);
    await expect(proof).toContainText('refused by Entra: AADSTS700016');
    await expect(proof).toContainText('forgotten; read back: none');
    await expect(strip).toBeHidden();
    expect(apps.applications().filter(({ fields }) => fields['displayName'] === 'Holdfast Backup')).toEqual(
      [],
    );
    const bin = apps.deleted().map(({ id }) => id);
    expect(grants.assignments().filter(({ principalId }) => bin.includes(principalId))).toEqual([]);

    await second.page.reload();
    await expect(second.page.getByRole('heading', { name: 'Backups' })).toBeVisible();
    await expect(strip).toBeHidden();
    await expect(second.page.getByText('Tenants on this device')).toBeHidden();
  } finally {
    await stage.close();
  }
});
