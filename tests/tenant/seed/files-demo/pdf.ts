/** A PDF 1.4 document: pages of text in Helvetica, in the Latin-1 characters that font knows. ISO 32000-1 §7.5 */
const WIDTH = 92;
const LINES = 44;

export function pdf(title: string, author: string, paragraphs: readonly string[]): Uint8Array {
  const lines = [title, '', ...paragraphs.flatMap((text) => [...wrap(text), ''])];
  const pages: string[][] = [];
  for (let at = 0; at < lines.length; at += LINES) pages.push(lines.slice(at, at + LINES));
  const first = 5;
  const kids = pages.map((_, index) => `${first + 2 * index} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    `<< /Title ${literal(title)} /Author ${literal(author)} /CreationDate (D:20260105090000Z) >>`,
    ...pages.flatMap((page, index) => [pageObject(first + 2 * index + 1), stream(contentOf(page))]),
  ];
  return assemble(objects);
}

const pageObject = (content: number) =>
  `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${content} 0 R >>`;

const stream = (content: string) => `<< /Length ${content.length} >>\nstream\n${content}\nendstream`;

const contentOf = (lines: readonly string[]) =>
  `BT /F1 11 Tf 16 TL 56 780 Td\n${lines.map((line) => `${literal(line)} Tj T*`).join('\n')}\nET`;

/** Characters beyond Latin-1 become question marks: one byte a character, so lengths are byte lengths. */
const literal = (text: string) =>
  `(${text.replace(/[^\u0020-\u00ff]/gu, '?').replace(/[\\()]/g, (character) => `\\${character}`)})`;

function assemble(objects: readonly string[]): Uint8Array {
  let text = '%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const start = text.length;
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows.join('')}`;
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info 4 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length >= WIDTH) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line];
}
