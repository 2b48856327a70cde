import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nameFault } from '../../../tenant/drive/names.ts';
import { allowedName, seedFiles } from '../../../tenant/seed/files-folder.ts';
import { createDriveWorld } from '../drive/drive-world.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'seed-files-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function write(name: string | Buffer, content: string | Uint8Array = 'x') {
  const path = Buffer.concat([Buffer.from(`${directory}/`), Buffer.from(name)]);
  mkdirSync(path.subarray(0, path.lastIndexOf(0x2f)), { recursive: true });
  writeFileSync(path, content);
  return path;
}

function seed() {
  const { world, adaDrive } = createDriveWorld();
  const seeded = seedFiles(world, adaDrive, directory);
  return { ...seeded, items: world.drives.state(adaDrive).items };
}

test('bytes, folders and dates come over as they are', () => {
  const path = write('Reports/2026/größe 日本.bin', Uint8Array.of(0, 255, 13, 10));
  utimesSync(path, new Date('2020-02-29T12:00:00Z'), new Date('2020-02-29T12:34:56Z'));
  mkdirSync(join(directory, 'empty'));
  write('zero.txt', '');
  const { files, skipped, items } = seed();
  expect([files, skipped]).toEqual([2, []]);
  expect(items.map(({ path: at }) => at)).toEqual([
    '/Reports',
    '/Reports/2026',
    '/Reports/2026/größe 日本.bin',
    '/empty',
    '/zero.txt',
  ]);
  expect(items[2]).toMatchObject({
    size: 4,
    sha256: createHash('sha256')
      .update(Uint8Array.of(0, 255, 13, 10))
      .digest('hex'),
    lastModifiedDateTime: '2020-02-29T12:34:56Z',
  });
});

test('names that a drive cannot hold are spelled otherwise, and none is lost', () => {
  const names = [
    'a:b?.txt',
    'CON',
    ' lead',
    'trail. ',
    '~$lock.docx',
    'line\nbreak',
    'A.txt',
    'a.txt',
    `${'x'.repeat(250)}.md`,
  ];
  for (const name of names) write(name);
  write(Buffer.from([0x66, 0xff, 0xfe, 0x2e, 0x74, 0x78, 0x74]));
  const { files, items } = seed();
  expect(files).toBe(names.length + 1);
  expect(items).toHaveLength(names.length + 1);
  for (const { path } of items) expect(nameFault(path.slice(1)), path).toBeNull();
  expect(items.map(({ path }) => path)).toContain('/a：b？.txt');
  expect(items.map(({ path }) => path)).toContain('/a 1.txt');
});

test('a path too long for a drive is reported', () => {
  write(`${Array.from({ length: 9 }, () => 'd'.repeat(48)).join('/')}/f.txt`);
  const { files, skipped } = seed();
  expect(files).toBe(0);
  expect(skipped).toHaveLength(1);
});

test('links are left out, a missing folder is an empty one', () => {
  write('real.txt');
  symlinkSync(join(directory, 'real.txt'), join(directory, 'link.txt'));
  expect(seed().files).toBe(1);
  const { world, adaDrive } = createDriveWorld();
  expect(seedFiles(world, adaDrive, join(directory, 'none')).files).toBe(0);
});

test.each(['', '.', '..', 'desktop.ini', 'a_vti_b', '...'])('%j becomes a name', (name) => {
  expect(nameFault(allowedName(name))).toBeNull();
});
