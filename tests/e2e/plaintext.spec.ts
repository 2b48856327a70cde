/** No plaintext at rest: after a backup, nothing of mails, files, names, tokens or keys can be found in the browser's profile. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { BrowserContext, Page } from 'playwright';
import { check, choose, install, openSnapshot, passphrase, protect, run } from './journey.ts';
import { searchFiles, spellings } from './profile-search.ts';
import { openStage, type PlaceName, type Stage } from './stage.ts';

const admin = 'ada@contoso.example';

/** Letters that nothing else has in common: compression must not be what hides them. */
const canaries = (count: number): string[] =>
  Array.from({ length: count }, () => `Qz${randomBytes(15).toString('base64').replaceAll(/\W/g, 'x')}`);

for (const place of ['opfs', 'indexeddb', 'folder'] satisfies PlaceName[]) {
  test(`nothing readable is left behind: ${place}`, async () => {
    const stage = await openStage({ place });
    try {
      stage.tenant.world.switches.downloadCaching = 'cacheable';
      const planted = plant(stage);
      expect(planted.texts).toHaveLength(50);
      const secrets = await backUpAndRead(stage, place);
      const tokens = [...secrets.tokens, ...stage.tenant.world.entra.refreshTokens.keys()];
      expect(tokens.length).toBeGreaterThan(2);
      const wanted = [...planted.texts, ...tokens, ...secrets.words, passphrase, 'tempauth='];
      expect(searchFiles(stage.profile, wanted)).toEqual([]);
      if (place === 'opfs') await expectCacheWouldTell(stage, planted.file, wanted);
    } finally {
      await stage.close();
    }
  });
}

test('the search finds what is planted, in every encoding', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-search-'));
  const [text = ''] = canaries(1);
  const token = 'eyJhbGciOiJQUzI1NiJ9.eyJpc3MiOiJob2xkZmFzdCJ9.c2lnbmF0dXJl';
  try {
    mkdirSync(join(folder, 'deep/er'), { recursive: true });
    const planted: Buffer[] = [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')];
    const encoded = planted.flatMap((bytes) =>
      [0, 1, 2].map((shift) =>
        Buffer.from(Buffer.concat([randomBytes(shift), bytes, randomBytes(7)]).toString('base64')),
      ),
    );
    for (const [index, bytes] of [...planted, ...encoded].entries())
      writeFileSync(
        join(folder, 'deep/er', `${index}`),
        Buffer.concat([randomBytes(99_991), bytes, randomBytes(99)]),
      );
    writeFileSync(join(folder, 'one'), `..${token}..`, 'latin1');
    writeFileSync(join(folder, 'two'), `..${token}..`, 'utf16le');
    const finds = searchFiles(folder, [text]);
    const encodings = [...spellings(text).keys()].filter((name) => !name.startsWith('base64url'));
    for (const encoding of encodings)
      expect(
        finds.filter((find) => find.encoding === encoding && find.text === text),
        encoding,
      ).not.toEqual([]);
    expect(
      finds
        .filter(({ text: found }) => found.startsWith('token'))
        .map(({ file }) => file)
        .sort(),
    ).toEqual(['one', 'two']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

interface Planted {
  readonly texts: readonly string[];
  /** Item id of a file that holds one of them. */
  readonly file: string;
}

/** 50 canaries: subjects, bodies, attachments, names of folders and files, contents; one deep in a large file. */
function plant({ tenant: { world } }: Stage): Planted {
  const user = world.directory.user(admin)?.id ?? '';
  const drive = world.drives.driveOfUser(user) ?? '';
  const texts = canaries(50);
  const next = texts[Symbol.iterator]();
  const take = (): string => next.next().value ?? '';
  for (let index = 0; index < 8; index++)
    world.mail.deliver(user, `Inbox/${take()}`, letter(take(), take(), take()));
  let file = '';
  for (let index = 0; index < 5; index++)
    file = world.drives.put(drive, `/${take()}/${take()}.txt`, Buffer.from(`${take()}\n`.repeat(20)));
  for (const [index, text] of [...next].entries())
    world.drives.put(
      drive,
      `/large-${index}.bin`,
      Buffer.concat([randomBytes(900_000), Buffer.from(text), randomBytes(900_000)]),
    );
  return { texts, file };
}

const letter = (subject: string, body: string, attached: string): Buffer =>
  Buffer.from(
    [
      'From: Bo <bo@elsewhere.test>',
      `Subject: ${subject}`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=edge',
      '',
      '--edge',
      'Content-Type: text/html; charset=utf-8',
      '',
      `<p>Dear Ada, ${body}</p>`,
      '--edge',
      `Content-Type: text/plain; name=note.txt`,
      'Content-Disposition: attachment; filename=note.txt',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from(`note ${attached}`).toString('base64'),
      '--edge--',
      '',
    ].join('\r\n'),
  );

/** Closes the browser; gives the tokens it carried and the words it showed. */
async function backUpAndRead(stage: Stage, place: PlaceName) {
  const { page, context } = await stage.open();
  const tokens = tokensSentBy(context);
  await page.goto(stage.app.url);
  await check(page, admin);
  await install(page, admin, /Read-only, restore on demand/);
  await choose(page, [admin]);
  const words = await protect(page, place);
  expect(await run(page)).toMatchObject({ Skipped: '0', Failed: '0' });
  await page.getByRole('link', { name: 'Browse the backup' }).click();
  await readOne(page);
  await context.close();
  // One word alone is in any dictionary; four in a row are in none.
  return { tokens: [...tokens], words: [words.slice(0, 4).join(' '), words.slice(0, 4).join('","')] };
}

async function readOne(page: Page): Promise<void> {
  await openSnapshot(page, admin, 'Mail');
  await page.getByRole('listbox', { name: 'Items of the folder' }).getByRole('option').first().click();
  await expect(page.frameLocator('iframe[title="Text of the mail"]').locator('body')).not.toBeEmpty();
}

function tokensSentBy(context: BrowserContext): ReadonlySet<string> {
  const tokens = new Set<string>();
  context.on('request', (request) => {
    const [, token] = /^Bearer (.+)$/.exec(request.headers()['authorization'] ?? '') ?? [];
    if (token) tokens.add(token);
  });
  return tokens;
}

/** The same download, asked for as a page usually does, stays in the cache: the search above could have failed. */
async function expectCacheWouldTell(stage: Stage, file: string, texts: readonly string[]): Promise<void> {
  const { world } = stage.tenant;
  const user = world.directory.user(admin)?.id ?? '';
  const drive = world.drives.drive(world.drives.driveOfUser(user) ?? '');
  const item = drive?.item(file);
  if (!drive || !item) throw new Error('the planted file is gone');
  const { page, context } = await stage.open();
  await page.goto('https://login.microsoftonline.com/common/discovery/keys');
  await page.evaluate(
    (url) => fetch(url).then((answer) => answer.text()),
    world.drives.urls.download(drive, item),
  );
  await context.close();
  const where = searchFiles(stage.profile, texts).map((find) => find.file);
  expect(where.some((path) => path.includes('Cache'))).toBe(true);
}
