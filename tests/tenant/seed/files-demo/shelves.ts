/** What lies where in the demo's drives: paths, and how each file is made. */
import { docx } from './docx.ts';
import { pdf } from './pdf.ts';
import { png } from './png.ts';
import { pptx } from './pptx.ts';
import { paragraph, paragraphs, type Language } from './prose.ts';
import type { Random } from './random.ts';
import { xlsx } from './xlsx.ts';

export interface Maker {
  readonly random: Random;
  readonly author: string;
}

export interface Leaf {
  readonly path: string;
  readonly make: (maker: Maker) => Uint8Array;
  /** The same bytes in every drive that has it. */
  readonly common?: true;
}

const text = (content: string) => new TextEncoder().encode(content);
const titleOf = (path: string) => path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');

const word = (path: string, language: Language = 'en'): Leaf => ({
  path,
  make: ({ random, author }) =>
    docx({ title: titleOf(path), author, paragraphs: paragraphs(random, random.between(3, 9), language) }),
});

const table = (path: string, headings: readonly string[], labels: readonly string[]): Leaf => ({
  path,
  make: ({ random, author }) => {
    const amounts = () => headings.slice(1).map(() => random.between(100, 90_000) / 10);
    const rows = labels.map((label) => [label, ...amounts()]);
    return xlsx({ title: titleOf(path), author, headings, rows });
  },
});

const slides = (path: string): Leaf => ({
  path,
  make: ({ random, author }) => {
    const titles = ['Where we stand', 'What changed', 'Risks', 'Next steps'];
    const lines = () => [paragraph(random), paragraph(random)];
    return pptx(titleOf(path), author, [
      { title: titleOf(path), lines: [author] },
      ...titles.map((title) => ({ title, lines: lines() })),
    ]);
  },
});

const print = (path: string, count: number): Leaf => ({
  path,
  make: ({ random, author }) => pdf(titleOf(path), author, paragraphs(random, count)),
});

const picture = (path: string, width = 320, height = 200): Leaf => ({
  path,
  make: ({ random }) => png(random, width, height),
});

const note = (path: string, language: Language = 'en'): Leaf => ({
  path,
  make: ({ random }) => text(`${paragraphs(random, 3, language).join('\n\n')}\n`),
});

const list = (path: string): Leaf => ({
  path,
  make: ({ random }) => {
    const row = (index: number) =>
      `${1000 + index};"${random.pick(companies)}";${random.between(10, 9999)},00`;
    return text(
      `\ufeffNo.;Name;Amount\r\n${Array.from({ length: 40 }, (_, index) => row(index)).join('\r\n')}\r\n`,
    );
  },
});

const settings = (path: string): Leaf => ({
  path,
  make: ({ random, author }) =>
    text(
      JSON.stringify(
        { owner: author, retries: random.between(1, 9), languages: ['de', 'ja', 'ру'] },
        null,
        2,
      ),
    ),
});

const companies = [
  'Fabrikam',
  'Северный ветер',
  'Müller & Söhne',
  '株式会社アドベンチャー',
  'Café Olé',
  'Litware',
];
const quarters = ['Item', 'Q1', 'Q2', 'Q3', 'Q4'];
const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September'];

/** In every OneDrive. */
export const commonShelf: readonly Leaf[] = [
  { ...print('/Documents/Handbook/Employee handbook.pdf', 40), common: true },
  { ...word('/Documents/Templates/Letterhead.docx'), common: true },
];

/** A OneDrive has a stretch of these, each a different one. */
export const personalShelf: readonly Leaf[] = [
  word('/Documents/Meeting notes.docx'),
  table('/Documents/Budget 2026.xlsx', quarters, ['Travel', 'Software', 'Training', 'Rent', 'Other']),
  picture('/Pictures/Team outing.png'),
  slides('/Documents/Presentations/Quarterly review.pptx'),
  list('/Documents/Customers.csv'),
  word('/Documents/Protokoll Besprechung Süd.docx', 'de'),
  note('/Notes/todo.txt'),
  word('/Documents/会議メモ/議事録 第3回.docx', 'ja'),
  print('/Documents/Invoices/Invoice 2026-0117.pdf', 4),
  word('/Документы/Отчёт за квартал.docx', 'ru'),
  settings('/Projects/Website/settings.json'),
  picture('/Pictures/Ωραία θέα 🏖️.png', 480, 300),
  note('/Notes/Ideas & drafts (old) #2.txt'),
  word('/Documents/العربية/محضر الاجتماع.docx', 'ar'),
  table('/Documents/Supplier comparison.xlsx', ['Supplier', 'Price', 'Days'], companies),
  print('/Documents/Invoices/Invoice 2026-0142.pdf', 6),
  note('/Σημειώσεις/Προσφορά.txt', 'el'),
  slides("/Projects/What's next/Kick-off 100%.pptx"),
];

/** In every team site. */
export const siteShelf: readonly Leaf[] = [
  word('/General/Welcome.docx'),
  note('/General/README.txt'),
  picture('/Brand/Logo.png', 256, 256),
  print('/Brand/Guidelines.pdf', 12),
  slides('/Campaigns/2026/Spring plan.pptx'),
  table('/Campaigns/2026/Spend.xlsx', ['Month', 'Plan', 'Actual'], months),
  list('/Campaigns/2026/Leads.csv'),
  word('/Kampagnen/Überblick Frühjahr.docx', 'de'),
];

/** File number `index` of a big drive. */
export function archiveLeaf(index: number): Leaf {
  const folder = `/Archive/${2016 + (index % 10)}/Project ${String(Math.floor(index / 40) + 1).padStart(4, '0')}`;
  const kinds = [
    () => note(`${folder}/Note ${index}.txt`),
    () => word(`${folder}/Report ${index}.docx`),
    () => list(`${folder}/Orders ${index}.csv`),
    () => print(`${folder}/Offer ${index}.pdf`, 3),
    () => settings(`${folder}/machine ${index}.json`),
    () => table(`${folder}/Figures ${index}.xlsx`, quarters, months),
    () => picture(`${folder}/Photo ${index}.png`, 64, 48),
    () => note(`${folder}/Заметка ${index}.txt`, 'ru'),
  ];
  const kind = kinds[index % kinds.length] ?? kinds[0];
  if (!kind) throw new Error('no kind of file');
  return kind();
}
