import { describe, expect, it } from 'vitest';
import { deriveBytes, importMaterial } from '../../../../workers/crypto/derive.ts';
import {
  checkNewPassphrase,
  isReadableCost,
  stretchPassphrase,
} from '../../../../workers/crypto/passphrase.ts';
import { calibrateCost, defaultCost } from '../../../../workers/crypto/passphrase.ts';
import { recoveryKeyToWords, wordsToRecoveryKey } from '../../../../workers/crypto/recovery-words.ts';
import {
  encodeSlot,
  openSlot,
  parseSlot,
  sealPassphraseSlot,
  sealRecoverySlot,
} from '../../../../workers/crypto/slot.ts';
import { utf8 } from '../../../../workers/kernel/bytes.ts';
import { systemRandom } from '../../../../workers/kernel/clock.ts';

const cheap = { memoryKiB: 19_456, passes: 1, lanes: 1 };
const master = systemRandom.bytes(32);
const context = { repository: systemRandom.bytes(16), prefix: utf8('prefix') };
const newSlot = { master, context, created: 1_767_225_600_000, random: systemRandom };

function value<T>(result: { ok: true; value: T } | { ok: false; error: { code: string } }): T {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

const proof = async (key: CryptoKey) => deriveBytes(key, utf8('salt'), 'proof', 32);

describe('slots', () => {
  it('give back the master key, which cannot be taken out', async () => {
    const slot = value(await sealPassphraseSlot(newSlot, 'correct horse battery', cheap));
    const read = parseSlot(encodeSlot(slot));
    expect(read).toEqual(slot);
    const salt = slot.header.argon2?.salt ?? new Uint8Array(0);
    const material = value(await stretchPassphrase('correct horse battery', salt, cheap));
    const key = await openSlot(slot, material, context);
    if (!key) throw new Error('did not open');
    expect(key.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
    expect(await proof(key)).toEqual(await proof(await importMaterial(master)));
    const wrong = value(await stretchPassphrase('correct horse batterz', salt, cheap));
    expect(await openSlot(slot, wrong, context)).toBeUndefined();
  });

  it('do not open with any byte changed, nor in another repository', async () => {
    const secret = systemRandom.bytes(32);
    const slot = await sealRecoverySlot(newSlot, secret);
    const material = await importMaterial(secret);
    expect(await openSlot(slot, material, context)).toBeDefined();
    const bytes = encodeSlot(slot);
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      const read = parseSlot(changed);
      expect(read && (await openSlot(read, material, context)), `byte ${at}`).toBeUndefined();
    }
    for (const other of [
      { ...context, repository: systemRandom.bytes(16) },
      { ...context, prefix: utf8('prefiX') },
    ]) {
      expect(await openSlot(slot, material, other)).toBeUndefined();
    }
  });

  it('are refused when cut, padded or of an unknown kind', async () => {
    const bytes = encodeSlot(await sealRecoverySlot(newSlot, systemRandom.bytes(32)));
    for (let end = 0; end < bytes.length; end++) expect(parseSlot(bytes.slice(0, end))).toBeUndefined();
    expect(parseSlot(new Uint8Array([...bytes, 0]))).toBeUndefined();
    for (const kind of [0, 3, 255]) {
      const changed = bytes.slice();
      changed[16] = kind;
      expect(parseSlot(changed)).toBeUndefined();
    }
  });
});

describe('passphrases', () => {
  it('have to be long enough, counted in characters, and not absurd', () => {
    expect(checkNewPassphrase('x'.repeat(11))).toMatchObject({ error: { code: 'vault/weak-passphrase' } });
    expect(checkNewPassphrase('🔑'.repeat(11))).toMatchObject({ error: { code: 'vault/weak-passphrase' } });
    expect(checkNewPassphrase('🔑'.repeat(12)).ok).toBe(true);
    expect(checkNewPassphrase('x'.repeat(1_000_000))).toMatchObject({ error: { code: 'input/invalid' } });
  });

  it('are the same in whichever normal form a keyboard sends them', async () => {
    const salt = systemRandom.bytes(16);
    const [composed, decomposed] = ['pass-wo\u0308rter-u\u0308ben', 'pass-w\u00f6rter-\u00fcben'];
    const one = value(await stretchPassphrase(composed, salt, cheap));
    const other = value(await stretchPassphrase(decomposed, salt, cheap));
    expect(await proof(one)).toEqual(await proof(other));
  });

  it('are stretched with bounded parameters only', async () => {
    const salt = systemRandom.bytes(16);
    const refused = [
      { memoryKiB: 19_455, passes: 3, lanes: 4 },
      { memoryKiB: 1_048_577, passes: 1, lanes: 1 },
      { memoryKiB: 65_536, passes: 0, lanes: 4 },
      { memoryKiB: 65_536, passes: 17, lanes: 4 },
      { memoryKiB: 65_536, passes: 3, lanes: 0 },
      { memoryKiB: 65_536, passes: 3, lanes: 17 },
      { memoryKiB: 1_048_576, passes: 5, lanes: 4 },
    ];
    for (const cost of refused) {
      expect(isReadableCost(cost)).toBe(false);
      expect(await stretchPassphrase('x', salt, cost)).toMatchObject({ error: { code: 'vault/kdf-limits' } });
    }
    for (const length of [0, 15, 65]) {
      expect(await stretchPassphrase('x', new Uint8Array(length), cheap)).toMatchObject({
        error: { code: 'vault/kdf-limits' },
      });
    }
  });

  it('cost the default, or twice the memory on a machine that is fast enough', async () => {
    const clockOf = (elapsed: number) => {
      let now = 0;
      return { now: () => (now += elapsed), sleep: () => Promise.resolve() };
    };
    expect(await calibrateCost(clockOf(900))).toEqual(defaultCost);
    expect(await calibrateCost(clockOf(100))).toEqual({ ...defaultCost, memoryKiB: 131_072 });
  });
});

describe('recovery words', () => {
  const words = recoveryKeyToWords(systemRandom.bytes(32));

  it('are taken in any case and spacing, numbered or not', () => {
    const typed = `  ${words.map((word) => word.toUpperCase()).join('\n\t ')} `;
    const numbered = words.map((word, index) => `${index + 1}. ${word},`).join('\n');
    for (const text of [typed, numbered])
      expect(wordsToRecoveryKey(text)).toEqual(wordsToRecoveryKey(words.join(' ')));
  });

  it('say what is wrong with them', () => {
    expect(wordsToRecoveryKey(words.slice(1).join(' '))).toMatchObject({
      error: { code: 'vault/recovery-words', facts: { problem: 'count', words: 23 } },
    });
    expect(wordsToRecoveryKey(words.with(4, 'holdfast').join(' '))).toMatchObject({
      error: { facts: { problem: 'unknown', position: 5 } },
    });
    const zero = `${'abandon '.repeat(23)}abandon`;
    expect(wordsToRecoveryKey(zero)).toMatchObject({ error: { facts: { problem: 'checksum' } } });
    expect(wordsToRecoveryKey('x '.repeat(1_000_000))).toMatchObject({
      error: { code: 'vault/recovery-words', facts: { problem: 'count' } },
    });
  });

  it('are never in a failure', () => {
    const failed = wordsToRecoveryKey(words.with(23, 'holdfast').join(' '));
    for (const word of words) expect(JSON.stringify(failed)).not.toContain(` ${word} `);
  });
});
