/** The recovery key as 24 BIP-39 words: 256 random bits and an 8-bit checksum that catches slips of the pen. */
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import type { Bytes } from '../kernel/bytes.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';

export const recoveryKeyLength = 32;
const wordCount = 24;
/** 24 words of at most 8 letters; far above it nobody typed words. */
const mostCharacters = 1024;

export const recoveryKeyToWords = (key: Bytes): readonly string[] =>
  entropyToMnemonic(key, wordlist).split(' ');

const invalid = (detail: string, facts: Record<string, string | number>) =>
  err(failure('vault/recovery-words', detail, { retry: 'after-user', facts }));

/**
 * The key behind words as a person types them: any case and spacing, numbered or not. `vault/recovery-words` says what
 * is wrong in the fact `problem`: `count` (with `words`, how many there are, unless there are far too many), `unknown` (with `position` of the first)
 * or `checksum`. The words themselves are never in a failure.
 */
export function wordsToRecoveryKey(text: string): Result<Bytes> {
  if (text.length > mostCharacters) return invalid('far too many letters', { problem: 'count' });
  const words =
    text
      .normalize('NFKD')
      .toLowerCase()
      .match(/[\p{L}\p{M}]+/gu) ?? [];
  if (words.length !== wordCount) {
    return invalid(`${words.length} recovery words`, { problem: 'count', words: words.length });
  }
  const unknown = words.findIndex((word) => !wordlist.includes(word));
  if (unknown >= 0) {
    return invalid(`recovery word ${unknown + 1} is unknown`, { problem: 'unknown', position: unknown + 1 });
  }
  try {
    return ok(new Uint8Array(mnemonicToEntropy(words.join(' '), wordlist)));
  } catch {
    return invalid('recovery words: wrong checksum', { problem: 'checksum' });
  }
}
