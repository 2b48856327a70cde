/** Repeatable choices: the same seed gives the same demo files on every machine. */
export interface Random {
  /** 0 ≤ n < 1 */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  pick<T>(list: readonly T[]): T;
  bytes(count: number): Uint8Array;
}

export function createRandom(seed: string): Random {
  let state = hash(seed);
  // xorshift32: good enough for contents that must only look varied.
  const word = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const next = () => word() / 2 ** 32;
  const random: Random = {
    next,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick(list) {
      const chosen = list[Math.floor(next() * list.length)];
      if (chosen === undefined) throw new Error('nothing to pick from');
      return chosen;
    },
    bytes(count) {
      const words = new Uint32Array(Math.ceil(count / 4));
      for (let i = 0; i < words.length; i++) words[i] = word();
      return new Uint8Array(words.buffer, 0, count);
    },
  };
  return random;
}

/** FNV-1a; never zero, which xorshift would not leave. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value === 0 ? 1 : value;
}
