/**
 * The words of a formatted mail, for those who would rather read them plain. Made from what the first wall has let
 * through; the copy it is read from is inert: nothing runs, nothing is fetched.
 */
import { trustedFrame } from '#lib/platform/trusted-types.ts';
import type { MailPreview } from './mail-preview.ts';

const paragraphs = new Set('BLOCKQUOTE DL FIGURE H1 H2 H3 H4 H5 H6 HR OL P PRE TABLE UL'.split(' '));
const lines = new Set(
  'ADDRESS ARTICLE ASIDE CAPTION CENTER DD DIV DT FIGCAPTION FOOTER HEADER LI MAIN NAV SECTION TR'.split(' '),
);
const sourceSpace = /[ \t\n\f\r]+/g;

export function plainText({ document }: MailPreview): string {
  const { body } = new DOMParser().parseFromString(trustedFrame(document), 'text/html');
  const text = new PlainText();
  // Without recursion: how deep a mail nests its boxes is the sender's choice.
  for (let node: Node | null = body; node; node = following(node, body, text)) enter(node, text);
  return text.value;
}

/** The next node in reading order; tells the text of each box that ends on the way. */
function following(node: Node, top: Node, text: PlainText): Node | null {
  if (node.firstChild) return node.firstChild;
  for (let at: Node | null = node; at && at !== top; at = at.parentNode) {
    text.breakLine(gapAround(at));
    if (at.nextSibling) return at.nextSibling;
  }
  return null;
}

function enter(node: Node, text: PlainText): void {
  text.breakLine(gapAround(node));
  if (node.nodeType === Node.TEXT_NODE) {
    const words = node.nodeValue ?? '';
    if (node.parentElement?.closest('pre')) text.writeLines(words);
    else text.write(words.replace(sourceSpace, ' '));
  } else if (node.nodeName === 'BR') text.endLine();
  else if (node.nodeName === 'HR') text.write('---');
  else if (node.nodeName === 'LI') text.write(`${mark(node as Element)} `);
  else if (node.nodeName === 'TD' || node.nodeName === 'TH') text.tab();
  else if (node.nodeName === 'IMG') text.write(wordsOf(node as Element));
}

/** Line ends that set a box apart from what stands before and after it. */
const gapAround = ({ nodeName }: Node): number =>
  paragraphs.has(nodeName) ? 2 : lines.has(nodeName) ? 1 : 0;

const wordsOf = (picture: Element): string => {
  const words = picture.getAttribute('alt')?.trim();
  return words ? `[${words}]` : '';
};

function mark(item: Element): string {
  const list = item.parentElement;
  if (list?.nodeName !== 'OL') return '•';
  const before = numbered.get(list) ?? (Number(list.getAttribute('start')) || 1) - 1;
  numbered.set(list, before + 1);
  return `${before + 1}.`;
}
/** How far each list has counted. */
const numbered = new WeakMap<Element, number>();

/** Text that grows: gaps are kept back until there is something to set apart. */
class PlainText {
  value = '';
  #lineEnds = 0;
  #gap = '';

  write(words: string): void {
    const inner = words.replace(/^ +| +$/g, '');
    if (words.startsWith(' ')) this.#gap ||= ' ';
    if (inner === '') return;
    if (this.value !== '') this.value += this.#lineEnds > 0 ? '\n'.repeat(this.#lineEnds) : this.#gap;
    this.value += inner;
    this.#lineEnds = 0;
    this.#gap = words.endsWith(' ') ? ' ' : '';
  }

  writeLines(words: string): void {
    for (const [index, line] of words.split('\n').entries()) {
      if (index > 0) this.#lineEnds += 1;
      if (line === '') continue;
      this.value += (this.value === '' ? '' : '\n'.repeat(this.#lineEnds)) + line;
      this.#lineEnds = 0;
      this.#gap = '';
    }
  }

  /** At least so many line ends before what comes next. */
  breakLine(least: number): void {
    this.#lineEnds = Math.max(this.#lineEnds, least);
  }

  endLine(): void {
    this.#lineEnds = Math.min(this.#lineEnds + 1, 3);
  }

  tab(): void {
    this.#gap = '\t';
  }
}
