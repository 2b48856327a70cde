/** An Excel workbook: one sheet of headings, texts, numbers and a sum. */
import { escape, OFFICE, packageOf, relations, type Part } from './ooxml.ts';

const S = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

export interface SheetRows {
  readonly title: string;
  readonly author: string;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export function xlsx({ title, author, headings, rows }: SheetRows): Uint8Array {
  const lines = [headings, ...rows].map((row, index) => rowXml(row, index + 1));
  const width = headings.length;
  const total = `<row r="${rows.length + 2}">${totals(rows, width)}</row>`;
  const sheet: Part = {
    name: 'xl/worksheets/sheet1.xml',
    contentType: `${TYPE}.worksheet+xml`,
    xml: `<worksheet xmlns="${S}"><sheetData>${lines.join('')}${total}</sheetData></worksheet>`,
  };
  const workbook: Part = {
    name: 'xl/workbook.xml',
    contentType: `${TYPE}.sheet.main+xml`,
    xml:
      `<workbook xmlns="${S}" xmlns:r="${OFFICE}/relationships"><sheets>` +
      `<sheet name="${escape(sheetName(title))}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  };
  const links = relations('xl/_rels/workbook.xml.rels', [
    { type: 'worksheet', target: 'worksheets/sheet1.xml' },
    { type: 'styles', target: 'styles.xml' },
  ]);
  return packageOf(title, author, [workbook, links, sheet, styles]);
}

/** Excel refuses sheet names that are longer or hold these characters. */
const sheetName = (title: string) => title.replace(/[[\]:*?/\\]/g, ' ').slice(0, 31);

const cellName = (column: number, row: number) => `${String.fromCharCode(65 + column)}${row}`;

function rowXml(row: readonly (string | number)[], number: number): string {
  const cells = row.map((value, column) => {
    const at = cellName(column, number);
    return typeof value === 'number'
      ? `<c r="${at}"><v>${value}</v></c>`
      : `<c r="${at}" t="inlineStr"><is><t>${escape(value)}</t></is></c>`;
  });
  return `<row r="${number}">${cells.join('')}</row>`;
}

/** The computed value stands beside the formula, as Excel stores it. */
function totals(rows: readonly (readonly (string | number)[])[], width: number): string {
  const line = rows.length + 2;
  return Array.from({ length: width }, (_, column) => {
    const values = rows.map((row) => row[column]).filter((value) => typeof value === 'number');
    if (values.length === 0) return '';
    const range = `${cellName(column, 2)}:${cellName(column, line - 1)}`;
    const sum = Math.round(values.reduce((a, b) => a + b, 0) * 100) / 100;
    return `<c r="${cellName(column, line)}"><f>SUM(${range})</f><v>${sum}</v></c>`;
  }).join('');
}

const styles: Part = {
  name: 'xl/styles.xml',
  contentType: `${TYPE}.styles+xml`,
  xml:
    `<styleSheet xmlns="${S}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>` +
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>' +
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
};
