import { expect, test } from 'vitest';
import { mostImageBytes, previewKind, rasterType } from '../../../../web/lib/text/preview-kind.ts';

test.each([
  ['photo.JPG', 'image'],
  ['scan.webp', 'image'],
  ['notes.txt', 'text'],
  ['mail.eml', 'text'],
  ['page.html', 'none'],
  ['drawing.svg', 'none'],
  ['page.xhtml', 'none'],
  ['data.xml', 'none'],
  ['paper.pdf', 'none'],
  ['photo.png.html', 'none'],
  ['photo.png\u202etxt.exe', 'none'],
  ['png', 'none'],
  ['', 'none'],
])('%j: %s', (name, kind) => {
  expect(previewKind(name, 100)).toBe(kind);
});

test('pictures have a bound', () => {
  expect(previewKind('photo.png', mostImageBytes + 1)).toBe('none');
});

test('only raster types ever become a blob: address', () => {
  expect(rasterType('a.jpeg')).toBe('image/jpeg');
  for (const name of ['a.svg', 'a.html', 'a.xml', 'a.txt', 'a', 'a.constructor', 'a.__proto__']) {
    expect(rasterType(name)).toBeUndefined();
  }
});
