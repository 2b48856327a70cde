/** A Word document: title, paragraphs, and a table where rows are given. */
import { escape, packageOf, relations, type Part } from './ooxml.ts';

const W = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml';

export interface WordText {
  readonly title: string;
  readonly author: string;
  readonly paragraphs: readonly string[];
  readonly table?: readonly (readonly string[])[];
}

export function docx({ title, author, paragraphs, table = [] }: WordText): Uint8Array {
  const body = [
    styled(title, 'Title'),
    ...paragraphs.map((text) => styled(text)),
    ...(table.length > 0 ? [tableXml(table), styled('')] : []),
  ];
  const section =
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>' +
    '<w:pgMar w:top="1417" w:right="1417" w:bottom="1134" w:left="1417" w:header="708" w:footer="708" w:gutter="0"/></w:sectPr>';
  const document: Part = {
    name: 'word/document.xml',
    contentType: `${TYPE}.document.main+xml`,
    xml: `<w:document xmlns:w="${W}"><w:body>${body.join('')}${section}</w:body></w:document>`,
  };
  const links = relations('word/_rels/document.xml.rels', [{ type: 'styles', target: 'styles.xml' }]);
  return packageOf(title, author, [document, links, styles]);
}

function styled(text: string, style?: string): string {
  const properties = style ? `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>` : '';
  return `<w:p>${properties}<w:r><w:t xml:space="preserve">${escape(text)}</w:t></w:r></w:p>`;
}

function tableXml(rows: readonly (readonly string[])[]): string {
  const columns = rows[0]?.length ?? 0;
  const grid = Array.from({ length: columns }, () => '<w:gridCol w:w="2268"/>').join('');
  const cell = (text: string) =>
    `<w:tc><w:tcPr><w:tcW w:w="2268" w:type="dxa"/></w:tcPr>${styled(text)}</w:tc>`;
  const lines = rows.map((row) => `<w:tr>${row.map(cell).join('')}</w:tr>`);
  return `<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid>${grid}</w:tblGrid>${lines.join('')}</w:tbl>`;
}

const styles: Part = {
  name: 'word/styles.xml',
  contentType: `${TYPE}.styles+xml`,
  xml:
    `<w:styles xmlns:w="${W}">` +
    '<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/></w:rPr></w:rPrDefault>' +
    '<w:pPrDefault><w:pPr><w:spacing w:after="160" w:line="259" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>' +
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>' +
    '<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/>' +
    '<w:rPr><w:b/><w:sz w:val="44"/></w:rPr></w:style></w:styles>',
};
