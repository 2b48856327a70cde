/** From a passphrase to key material: Argon2id (RFC 9106), with bounds on what a repository's header may ask of a reader. */
import { argon2id } from 'hash-wasm';
import { utf8, type Bytes } from '../kernel/bytes.ts';
import type { Clock } from '../kernel/clock.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { importMaterial } from './derive.ts';

export interface Argon2Cost {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

/** RFC 9106 §4, second recommended option; also the least that is ever created. */
export const defaultCost: Argon2Cost = { memoryKiB: 65_536, passes: 3, lanes: 4 };

/** What a reader accepts. Memory starts at OWASP's floor; the work bound stops a header from hanging the reader. */
const readable = {
  memoryKiB: [19_456, 1_048_576],
  passes: [1, 16],
  lanes: [1, 16],
  work: 4_194_304,
} as const;
export const saltLengths = { least: 16, most: 64, created: 16 } as const;

const leastCharacters = 12;
const mostBytes = 4096;

const within = (value: number, [least, most]: readonly [number, number]) => value >= least && value <= most;

/** Whether a reader runs these parameters at all; asked before anything is allocated. */
export const isReadableCost = (cost: Argon2Cost): boolean =>
  within(cost.memoryKiB, readable.memoryKiB) &&
  within(cost.passes, readable.passes) &&
  within(cost.lanes, readable.lanes) &&
  cost.memoryKiB * cost.passes <= readable.work;

/** For new passphrases: long enough and not absurd. Composition rules are not imposed (NIST SP 800-63B §5.1.1.2). */
export function checkNewPassphrase(passphrase: string): Result<void> {
  const normal = passphrase.normalize('NFC');
  if ([...normal].length < leastCharacters) {
    return err(
      failure('vault/weak-passphrase', `fewer than ${leastCharacters} characters`, {
        retry: 'after-user',
        facts: { leastCharacters },
      }),
    );
  }
  if (utf8(normal).length > mostBytes) {
    return err(
      failure('input/invalid', `a passphrase of more than ${mostBytes} bytes`, { retry: 'after-user' }),
    );
  }
  return ok();
}

/**
 * Key material from a passphrase (in NFC, so that every keyboard gives the same). Failures: `vault/kdf-limits` for
 * parameters that no honest writer chose, `vault/kdf-unavailable` where the memory cannot be had or WebAssembly is
 * blocked, `input/invalid` for an absurdly long passphrase.
 */
export async function stretchPassphrase(
  passphrase: string,
  salt: Bytes,
  cost: Argon2Cost,
): Promise<Result<CryptoKey>> {
  if (!isReadableCost(cost) || salt.length < saltLengths.least || salt.length > saltLengths.most) {
    return err(failure('vault/kdf-limits', `Argon2id m=${cost.memoryKiB} t=${cost.passes} p=${cost.lanes}`));
  }
  const password = utf8(passphrase.normalize('NFC'));
  if (password.length === 0 || password.length > mostBytes) {
    return err(failure('input/invalid', 'an empty or oversized passphrase', { retry: 'after-user' }));
  }
  try {
    const raw = await argon2id({
      password,
      salt,
      memorySize: cost.memoryKiB,
      iterations: cost.passes,
      parallelism: cost.lanes,
      hashLength: 32,
      outputType: 'binary',
    });
    const stretched = new Uint8Array(raw);
    const material = await importMaterial(stretched);
    stretched.fill(0);
    raw.fill(0);
    return ok(material);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.name : 'unknown';
    return err(failure('vault/kdf-unavailable', `Argon2id with ${cost.memoryKiB} KiB: ${reason}`));
  }
}

/**
 * The default cost, or twice its memory where this machine does that within a second. Never more: a phone has to be
 * able to open the repository too.
 */
export async function calibrateCost(clock: Clock): Promise<Argon2Cost> {
  const started = clock.now();
  const probe = await stretchPassphrase('calibration', new Uint8Array(saltLengths.created), defaultCost);
  const fast = probe.ok && clock.now() - started < 500;
  return fast ? { ...defaultCost, memoryKiB: defaultCost.memoryKiB * 2 } : defaultCost;
}
