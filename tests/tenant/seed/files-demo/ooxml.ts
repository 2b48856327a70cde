/** What Word, Excel and PowerPoint files share: a zip of XML parts, content types, relations, properties (ECMA-376). */
import { strToU8, zipSync, type Zippable } from 'fflate';

export const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
export const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006';

/** Zip dates are local time; these parts make the same bytes in every time zone. */
const ZIP_DATE = new Date(2026, 0, 5, 9, 0, 0);

export interface Part {
  /** `word/document.xml` */
  readonly name: string;
  /** Absent for parts that the extension covers (`rels`, `xml` are declared as defaults). */
  readonly contentType?: string;
  readonly xml: string;
}

export interface Relation {
  /** Last segment of the relation's type: `officeDocument`, `slide`. */
  readonly type: string;
  readonly target: string;
}

/** A package whose main part is the first one; properties are added. */
export function packageOf(title: string, author: string, parts: readonly Part[]): Uint8Array {
  const all = [...parts, coreProperties(title, author), appProperties()];
  const main = parts[0]?.name ?? '';
  const roots = relations('_rels/.rels', [
    { type: 'officeDocument', target: main },
    { type: 'extended-properties', target: 'docProps/app.xml' },
  ]);
  const core = `<Relationship Id="rIdCore" Type="${PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>`;
  const rootXml = roots.xml.replace('</Relationships>', `${core}</Relationships>`);
  const zip: Zippable = {};
  for (const { name, xml } of [contentTypes(all), { ...roots, xml: rootXml }, ...all]) {
    zip[name] = [strToU8(HEAD + xml), { mtime: ZIP_DATE, level: 6 }];
  }
  return zipSync(zip);
}

/** The relations part of another part; ids are `rId1`, `rId2`… in the order given. */
export function relations(name: string, list: readonly Relation[]): Part {
  const rows = list.map(
    ({ type, target }, index) =>
      `<Relationship Id="rId${index + 1}" Type="${OFFICE}/relationships/${type}" Target="${target}"/>`,
  );
  return { name, xml: `<Relationships xmlns="${PACKAGE}/relationships">${rows.join('')}</Relationships>` };
}

function contentTypes(parts: readonly Part[]): Part {
  const overrides = parts
    .filter(({ contentType }) => contentType !== undefined)
    .map(({ name, contentType }) => `<Override PartName="/${name}" ContentType="${contentType}"/>`);
  const defaults =
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    '<Default Extension="xml" ContentType="application/xml"/>';
  const xml = `<Types xmlns="${PACKAGE}/content-types">${defaults}${overrides.join('')}</Types>`;
  return { name: '[Content_Types].xml', xml };
}

function coreProperties(title: string, author: string): Part {
  const date = (name: string) =>
    `<dcterms:${name} xsi:type="dcterms:W3CDTF">2026-01-05T09:00:00Z</dcterms:${name}>`;
  return {
    name: 'docProps/core.xml',
    contentType: 'application/vnd.openxmlformats-package.core-properties+xml',
    xml:
      `<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"` +
      ' xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
      `<dc:title>${escape(title)}</dc:title><dc:creator>${escape(author)}</dc:creator>` +
      `${date('created')}${date('modified')}</cp:coreProperties>`,
  };
}

const appProperties = (): Part => ({
  name: 'docProps/app.xml',
  contentType: 'application/vnd.openxmlformats-officedocument.extended-properties+xml',
  xml: `<Properties xmlns="${OFFICE}/extended-properties"><Company>Contoso</Company></Properties>`,
});

/** Text for XML; characters that XML 1.0 cannot hold are dropped. */
export const escape = (text: string) =>
  text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
