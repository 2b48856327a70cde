/** Documents made at seed time: a one-page PDF that every viewer opens, a table, a card, an invitation. */

const escapePdf = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').replace(/[\\()]/g, '\\$&');

/** A page of A4 with a heading and lines of text; no fonts embedded, so Latin letters only. */
export function pdf(title: string, lines: readonly string[]): Buffer {
  const shown = lines.map((line) => `0 -18 Td (${escapePdf(line)}) Tj`).join('\n');
  const stream = `BT /F2 18 Tf 56 780 Td (${escapePdf(title)}) Tj /F1 11 Tf 0 -14 Td\n${shown}\nET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> /Contents 4 0 R >>',
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>',
  ];
  let text = '%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n';
  const offsets: number[] = [];
  for (const [index, object] of objects.entries()) {
    offsets.push(text.length);
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
  }
  const places = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places}`;
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${text.lastIndexOf('xref\n0 ')}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}

export interface InvoiceLine {
  readonly text: string;
  readonly amount: number;
}

const money = (amount: number): string => `EUR ${amount.toFixed(2)}`;

export function invoice(number: string, from: string, to: string, lines: readonly InvoiceLine[]): Buffer {
  const net = lines.reduce((sum, line) => sum + line.amount, 0);
  return pdf(`Invoice ${number}`, [
    `From: ${from}`,
    `To: ${to}`,
    '',
    ...lines.map((line) => `${line.text.padEnd(60, '.')} ${money(line.amount)}`),
    '',
    `Net ${money(net)}   VAT 19% ${money(net * 0.19)}   Total ${money(net * 1.19)}`,
    'Payable within 14 days. Thank you.',
  ]);
}

export const csv = (rows: readonly (readonly (string | number)[])[]): Buffer =>
  Buffer.from(`\ufeff${rows.map((row) => row.join(';')).join('\r\n')}\r\n`);

export const vcard = (name: string, address: string, organisation: string): Buffer =>
  Buffer.from(
    `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:${name}\r\nORG:${organisation}\r\nEMAIL;TYPE=WORK:${address}\r\nEND:VCARD\r\n`,
  );

const stamp = (time: number): string => new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');

export const invitation = (summary: string, organiser: string, start: number): Buffer =>
  Buffer.from(
    `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:${stamp(start)}@mail.example\r\n` +
      `DTSTAMP:${stamp(start - 86_400_000)}\r\nDTSTART:${stamp(start)}\r\nDTEND:${stamp(start + 3_600_000)}\r\n` +
      `SUMMARY:${summary}\r\nORGANIZER:mailto:${organiser}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
  );
