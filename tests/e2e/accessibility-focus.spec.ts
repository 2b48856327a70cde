/** Where the focus is and what the keys do: from screen to screen, when a button vanishes, in the tree and the list. */
import { expect, test, type Page } from '@playwright/test';
import { openDemo } from './demo-stage.ts';
import { choose, createBackup, confirmWords, install, openSnapshot, run, signInAs } from './journey.ts';

const admin = 'ada@contoso.example';

test('the focus follows the person, and the keys reach every mail and file', async () => {
  const stage = await openDemo();
  const { page, demo } = stage;
  try {
    await page.goto(demo.app.url);
    await page.getByRole('button', { name: 'Try the demo tenant' }).click();
    await focusedHeading(page, 'Sign in. We will only read.');
    await signInAs(page, admin, () => page.getByRole('button', { name: 'Sign in with Microsoft' }).click());
    await focusedHeading(page, 'Contoso Joinery');
    await install(page, admin, /Read-only, restore on demand/);
    await choose(page, [admin]);
    await recoverySheet(page);
    await run(page);
    await focusedHeading(page, 'Backup');
    await page.getByRole('link', { name: 'Browse the backup' }).click();
    await mailByKeys(page);
    await filesByKeys(page);
  } finally {
    await stage.close();
  }
});

const focusedHeading = (page: Page, name: string) =>
  expect(page.getByRole('heading', { level: 1, name, exact: true })).toBeFocused({ timeout: 60_000 });

/** Its last button is gone with the sheet: the focus must not fall to nothing. On paper it stands alone. */
async function recoverySheet(page: Page): Promise<void> {
  const words = await createBackup(page, 'opfs');
  await focusedHeading(page, 'Protect it');
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('heading', { name: 'Protect it' })).toBeHidden();
  await expect(page.getByText(words[23] ?? '')).toBeVisible();
  await expect(page.getByText('Use the recovery words')).toBeVisible();
  await page.emulateMedia({ media: 'screen' });
  await page.getByRole('button', { name: 'I have stored it' }).click();
  await focusedHeading(page, 'Protect it');
  await confirmWords(page, words);
}

async function mailByKeys(page: Page): Promise<void> {
  await openSnapshot(page, admin, 'Mail');
  const tree = page.getByRole('tree', { name: 'Folders' });
  await tree.focus();
  await press(page, 'ArrowRight', 'Home', 'ArrowRight');
  await expectActive(page, /Accounts/);
  await press(page, 's');
  await expectActive(page, /Sent Items/);
  await press(page, 'ArrowLeft', 'Home');
  await expectActive(page, /Inbox/);
  await press(page, 'Enter');
  const list = page.getByRole('listbox', { name: 'Items of the folder' });
  await list.focus();
  await press(page, 't');
  await expectActive(page, /Tailspin Rail/);
  await press(page, 'Enter');
  await expect(page.getByRole('heading', { name: 'Your ticket to Bergen' })).toBeVisible();
  await press(page, 'Escape');
  await expect(page.getByText('Choose a mail to read')).toBeVisible();
  await expect(list).toBeFocused();
  await readNarrow(page);
}

/** With one pane at a time the list is gone while a mail is read; then it is back where it was. */
async function readNarrow(page: Page): Promise<void> {
  await page.setViewportSize({ width: 390, height: 844 });
  await press(page, 'Enter');
  const back = page.getByRole('button', { name: 'Back to the list' });
  await expect(back).toBeFocused();
  await press(page, 'Enter');
  await expect(page.getByRole('listbox')).toBeFocused();
  await expectActive(page, /Tailspin Rail/);
  await page.setViewportSize({ width: 1280, height: 900 });
}

/** A drive opens with its folders in the list: nobody needs the tree to get anywhere. */
async function filesByKeys(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Back to the backup' }).click();
  await openSnapshot(page, admin, 'OneDrive');
  const list = page.getByRole('listbox', { name: 'Items of the folder' });
  await expect(list.getByRole('option', { name: /Documents/ })).toBeVisible();
  await list.focus();
  await press(page, 'd');
  await expectActive(page, /Documents/);
  await press(page, 'Enter');
  await expect(page.getByRole('treeitem', { name: /Documents/, selected: true })).toBeVisible();
  await expect(list).toBeFocused();
}

async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** What a screen reader says: the element that the focused one names as active. */
const expectActive = (page: Page, text: RegExp) =>
  expect
    .poll(() =>
      page.evaluate(() => {
        const id = document.activeElement?.getAttribute('aria-activedescendant');
        return (id && document.getElementById(id)?.textContent) || '';
      }),
    )
    .toMatch(text);
