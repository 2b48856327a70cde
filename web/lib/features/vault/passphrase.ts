/** Suggesting a passphrase and guessing how strong a typed one is. The engine decides what it accepts. */
import { wordList } from '#lib/text/word-list.ts';

/** The engine refuses shorter ones. */
export const leastCharacters = 12;
const suggestedWords = 6;

/** Six random words, none twice: just under 54 bits. `random` fills the array with uniform numbers. */
export function suggestPassphrase(
  random: (numbers: Uint16Array<ArrayBuffer>) => Uint16Array<ArrayBuffer> = (numbers) =>
    crypto.getRandomValues(numbers),
): string {
  const words = new Set<string>();
  while (words.size < suggestedWords) {
    const numbers = random(new Uint16Array(suggestedWords - words.size));
    // 512 divides 65,536: every word is equally likely.
    for (const number of numbers) words.add(wordList[number % wordList.length] as string);
  }
  return [...words].join(' ');
}

export interface Strength {
  /** 0 too short, 1 weak, 2 fair, 3 strong. */
  readonly level: 0 | 1 | 2 | 3;
  readonly word: string;
}

const levels: readonly Strength[] = [
  { level: 0, word: `at least ${leastCharacters} characters` },
  { level: 1, word: 'easy to guess' },
  { level: 2, word: 'fair' },
  { level: 3, word: 'strong' },
];

/** A rough guess that errs on the low side: repeated, sequential and very common parts count little. */
export function strengthOf(passphrase: string): Strength {
  const level =
    [...passphrase].length < leastCharacters
      ? 0
      : bitsOf(passphrase) < 40
        ? 1
        : bitsOf(passphrase) < 52
          ? 2
          : 3;
  return levels[level] as Strength;
}

const common =
  /passw[o0]rd|qwert[yz]|asdf|letmein|welcome|admin|iloveyou|holdfast|backup|office|microsoft|summer|winter/gi;

function bitsOf(passphrase: string): number {
  const plain = passphrase.replace(common, '~').replace(/(.)\1+/gu, '$1');
  const words = plain.split(/[\s\-_.]+/).filter((word) => /^\p{L}{3,}$/u.test(word));
  const distinct = new Set(words.map((word) => word.toLowerCase()));
  const wordBits = distinct.size * 9;
  const rest = [...plain].filter((char, index, all) => !isNext(all[index - 1], char));
  const charBits = new Set(rest).size * Math.log2(alphabetOf(plain)) * 0.6;
  return words.length >= 3 ? wordBits + restOutsideWords(plain) : Math.max(wordBits, charBits);
}

/** Digits and signs between words add a little. */
const restOutsideWords = (text: string): number =>
  Math.min(8, (text.match(/[^\p{L}\s\-_.]/gu) ?? []).length * 2);

const isNext = (before: string | undefined, char: string): boolean =>
  before !== undefined && (char.codePointAt(0) ?? 0) - (before.codePointAt(0) ?? 0) === 1;

function alphabetOf(text: string): number {
  const classes: readonly (readonly [RegExp, number])[] = [
    [/\p{Ll}/u, 26],
    [/\p{Lu}/u, 26],
    [/\d/u, 10],
    [/[^\p{L}\d]/u, 20],
  ];
  return classes.reduce((size, [pattern, count]) => size + (pattern.test(text) ? count : 0), 1);
}
