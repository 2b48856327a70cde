/** What of a file may be shown without saving it: raster pictures and plain text, nothing that can carry script. */

export type PreviewKind = 'image' | 'text' | 'none';

const rasterTypes = new Map([
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
]);
const textNames = new Set([
  'txt',
  'md',
  'csv',
  'log',
  'json',
  'ini',
  'yml',
  'yaml',
  'srt',
  'tsv',
  'ics',
  'vcf',
  'eml',
]);

/** More than this is not decoded into a page. */
export const mostImageBytes = 20_000_000;
export const mostTextBytes = 500_000;

const extensionOf = (name: string): string => /\.([a-z0-9]{1,10})$/i.exec(name)?.[1]?.toLowerCase() ?? '';

/** By name alone: a declared type comes from whoever sent the file. */
export function previewKind(name: string, size: number): PreviewKind {
  const extension = extensionOf(name);
  if (rasterTypes.has(extension)) return size <= mostImageBytes ? 'image' : 'none';
  return textNames.has(extension) ? 'text' : 'none';
}

/** The only types under which content becomes a blob: address of this origin. */
export const rasterType = (name: string): string | undefined => rasterTypes.get(extensionOf(name));
