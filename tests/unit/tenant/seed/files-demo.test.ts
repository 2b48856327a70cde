import { unzipSync, strFromU8 } from 'fflate';
import { inflateSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { currentVersion, pathOf, type Item } from '../../../tenant/drive/item.ts';
import { seedDemoFiles } from '../../../tenant/seed/files-demo.ts';
import { createDriveWorld } from '../drive/drive-world.ts';

interface Seeded {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly item: Item;
}

function seed(size: 'small' | 'large' = 'small') {
  const { world, bao } = createDriveWorld();
  world.drives.addDrive({ userId: bao.id, upn: bao.userPrincipalName, displayName: bao.displayName });
  world.drives.addDrive({ siteId: 'site-1', name: 'Marketing' });
  seedDemoFiles(world, size);
  const files: Seeded[] = world.drives
    .all()
    .flatMap((drive) => drive.items())
    .flatMap((item) => {
      const content = currentVersion(item)?.content;
      return content ? [{ path: pathOf(item), bytes: content.bytes, item }] : [];
    });
  return { world, files };
}

let files: Seeded[];
beforeAll(() => {
  files = seed().files;
});

const ending = (extension: string) => files.filter(({ path }) => path.endsWith(extension));
const latin = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

test('there are dozens of files of every kind, the same on every start', () => {
  expect(files.length).toBeGreaterThan(40);
  for (const kind of ['.docx', '.xlsx', '.pptx', '.pdf', '.png', '.txt', '.csv', '.json']) {
    expect(ending(kind).length, kind).toBeGreaterThan(0);
  }
  const fingerprint = (list: readonly Seeded[]) =>
    list.map(({ path, item }) => [path, currentVersion(item)?.content.sha256]);
  expect(fingerprint(seed().files)).toEqual(fingerprint(files));
});

test('a backup meets what it has to cope with', () => {
  expect(files.some(({ bytes }) => bytes.length === 0)).toBe(true);
  expect(files.some(({ bytes }) => bytes.length > 12_000_000)).toBe(true);
  expect(files.some(({ path }) => /\p{Script=Han}/u.test(path))).toBe(true);
  expect(files.some(({ path }) => /\p{Script=Arabic}/u.test(path))).toBe(true);
  expect(files.some(({ item }) => item.versions.length > 1)).toBe(true);
  const handbooks = ending('Employee handbook.pdf');
  expect(handbooks.length).toBe(2);
  expect(new Set(handbooks.map(({ item }) => currentVersion(item)?.content)).size).toBe(1);
});

test.each([
  ['.docx', 'word/document.xml', 'word/_rels/document.xml.rels'],
  ['.xlsx', 'xl/workbook.xml', 'xl/_rels/workbook.xml.rels'],
  ['.pptx', 'ppt/presentation.xml', 'ppt/_rels/presentation.xml.rels'],
])('every %s is a package whose parts are declared and linked', (extension, main, links) => {
  for (const { bytes, path } of ending(extension)) {
    const parts = unzipSync(bytes);
    const text = (name: string) => strFromU8(parts[name] ?? new Uint8Array());
    const declared = [...text('[Content_Types].xml').matchAll(/PartName="\/([^"]+)"/g)].map(
      ([, name]) => name,
    );
    expect(declared, path).toContain(main);
    for (const name of declared) expect(Object.keys(parts), path).toContain(name);
    expect(text('_rels/.rels')).toContain(`Target="${main}"`);
    const folder = main.split('/')[0];
    for (const [, target] of text(links).matchAll(/Target="([^"]+)"/g)) {
      expect(Object.keys(parts), path).toContain(`${folder}/${target}`);
    }
    const used = [...text(main).matchAll(/r:id="(rId\d+)"/g)].map(([, id]) => id);
    for (const id of used) expect(text(links), path).toContain(`Id="${id}"`);
  }
});

test('every PDF has its cross-references in place', () => {
  for (const { bytes, path } of ending('.pdf')) {
    const text = latin(bytes);
    const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
    expect(text.slice(start, start + 5), path).toBe('xref\n');
    const rows = [...text.slice(start).matchAll(/^(\d{10}) 00000 n $/gm)];
    rows.forEach(([, offset], index) => {
      expect(text.slice(Number(offset)).startsWith(`${index + 1} 0 obj\n`), path).toBe(true);
    });
    for (const [, length, content] of text.matchAll(/\/Length (\d+) >>\nstream\n(.*?)\nendstream/gs)) {
      expect(content?.length, path).toBe(Number(length));
    }
  }
});

test('every PNG has as many pixels as it says', () => {
  for (const { bytes, path } of ending('.png')) {
    const buffer = Buffer.from(bytes);
    const [width, height] = [buffer.readUInt32BE(16), buffer.readUInt32BE(20)];
    const length = buffer.readUInt32BE(33);
    expect(latin(buffer.subarray(37, 41)), path).toBe('IDAT');
    expect(inflateSync(buffer.subarray(41, 41 + length)).length, path).toBe(height * (1 + width * 3));
  }
});

test('dates lie before now, changes not before creation', () => {
  for (const { item } of files) {
    const [created, modified] = [Date.parse(item.createdDateTime), Date.parse(item.lastModifiedDateTime)];
    expect(created).toBeLessThanOrEqual(modified);
    expect(modified).toBeLessThan(Date.parse('2026-11-23T10:00:00Z'));
  }
});

test('a large tenant has thousands of files', () => {
  expect(seed('large').files.length).toBeGreaterThan(2000);
});
