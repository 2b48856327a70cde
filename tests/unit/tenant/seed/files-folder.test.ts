import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nameFault } from '../../../tenant/drive/names.ts';
import { allowedName, seedFiles } from '../../../tenant/seed/files-folder.ts';
import { createSeedReport } from '../../../tenant/seed/report.ts';
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
  const report = createSeedReport();
  seedFiles(world, adaDrive, directory, report);
  return { ...report.counts, lines: report.lines(), items: world.drives.state(adaDrive).items };
}

test('bytes, folders and dates come over as they are', () => {
  const path = write('Reports/2026/größe 日本.bin', Uint8Array.of(0, 255, 13, 10));
  utimesSync(path, new Date('2020-02-29T12:00:00Z'), new Date('2020-02-29T12:34:56Z'));
  mkdirSync(join(directory, 'empty'));
  write('zero.txt', '');
  const { files, lines, items } = seed();
  expect([files, lines]).toEqual([2, []]);
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
  const names = ['a:b?.txt', 'CON', ' lead', 'trail. ', '~$lock.docx', 'line\nbreak', 'A.txt', 'a.txt'];
  for (const name of names) write(name);
  write(Buffer.from([0x66, 0xff, 0xfe, 0x2e, 0x74, 0x78, 0x74]));
  const { files, renamed, dropped, lines, items } = seed();
  expect([files, renamed, dropped]).toEqual([names.length + 1, names.length, 0]);
  expect(lines).toHaveLength(names.length);
  expect(lines.find((line) => line.includes('CON'))).toMatch(/CON" is reserved: renamed to "_CON"$/);
  expect(lines.find((line) => line.includes('a.txt'))).toMatch(
    /differs .* only in case: renamed to "a 1.txt"$/,
  );
  expect(lines.every((line) => !line.includes('\n'))).toBe(true);
  expect(items).toHaveLength(names.length + 1);
  for (const { path } of items) expect(nameFault(path.slice(1)), path).toBeNull();
  expect(items.map(({ path }) => path)).toContain('/a：b？.txt');
  expect(items.map(({ path }) => path)).toContain('/a 1.txt');
});

test('a name as long as SharePoint takes stays as it is', () => {
  for (const name of [`${'x'.repeat(251)}.md`, `${'y'.repeat(252)}.md`, 'CON.txt', '.hidden']) write(name);
  const { renamed, dropped, items } = seed();
  expect([items.length, renamed, dropped]).toEqual([4, 0, 0]);
  expect(Math.max(...items.map(({ path }) => path.length - 1))).toBe(255);
});

test('a path too long for a drive is reported, with everything below it', () => {
  const deep = Array.from({ length: 9 }, () => 'd'.repeat(48)).join('/');
  for (const name of ['f.txt', 'g.txt']) write(`${deep}/${name}`);
  const { files, dropped, lines, items } = seed();
  expect([files, dropped, items.length]).toEqual([0, 3, 8]);
  expect(lines.at(-1)).toMatch(/g\.txt" is longer than 400 characters with its folders: left out$/);
});

test('many lines end in a count', () => {
  const report = createSeedReport();
  for (let count = 0; count < 1000; count++) report.drop(`file ${count}`, 'is a link');
  expect(report.counts).toMatchObject({ dropped: 1000 });
  expect(report.lines()).toHaveLength(51);
  expect(report.lines().at(-1)).toBe('… and 950 more');
});

test('links are left out, a missing folder is an empty one', () => {
  write('real.txt');
  symlinkSync(join(directory, 'real.txt'), join(directory, 'link.txt'));
  expect(seed()).toMatchObject({
    files: 1,
    dropped: 1,
    lines: [expect.stringMatching(/link\.txt" is a link/)],
  });
  rmSync(directory, { recursive: true });
  expect(seed()).toMatchObject({ files: 0, dropped: 0 });
  mkdirSync(directory);
});

test.each(['', '.', '..', 'desktop.ini', 'a_vti_b', '...'])('%j becomes a name', (name) => {
  expect(nameFault(allowedName(name))).toBeNull();
});
