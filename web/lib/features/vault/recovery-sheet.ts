/** The recovery sheet as text, and the three words that prove it was written down. */

export interface Sheet {
  readonly words: readonly string[];
  /** Opaque id of the repository: the sheet names no tenant. */
  readonly repository: string;
  readonly madeAt: string;
}

export function sheetText(sheet: Sheet): string {
  const lines = sheet.words.map((word, index) => `${String(index + 1).padStart(2)}. ${word}`);
  return [
    'HOLDFAST RECOVERY SHEET',
    '',
    `Backup ${sheet.repository}`,
    `Made ${sheet.madeAt}`,
    '',
    ...lines,
    '',
    'These 24 words open the backup without its passphrase.',
    'Keep them on paper, away from the computer. Whoever has them and the backup can read it.',
    'Nobody, including us, can open this backup without one of the two.',
    '',
  ].join('\r\n');
}

/** Three different positions, ascending, counted from 0. */
export function pickPositions(
  count: number,
  random: (numbers: Uint32Array<ArrayBuffer>) => Uint32Array<ArrayBuffer> = (numbers) =>
    crypto.getRandomValues(numbers),
): readonly number[] {
  const positions = new Set<number>();
  while (positions.size < Math.min(3, count)) {
    for (const number of random(new Uint32Array(4))) {
      if (positions.size < 3) positions.add(number % count);
    }
  }
  return [...positions].sort((a, b) => a - b);
}

export const isWord = (typed: string, word: string | undefined): boolean =>
  typed.trim().toLowerCase() === word?.toLowerCase();
