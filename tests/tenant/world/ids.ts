import { createHash } from 'node:crypto';

/** Ids derived from a seed, so that the same seed folder gives the same tenant on every start. */
export interface Ids {
  guid(): string;
  /** An opaque base64url id of `bytes` random-looking bytes. */
  opaque(bytes: number): string;
  bytes(count: number): Buffer;
}

export function createIds(seed: string): Ids {
  let counter = 0;
  const bytes = (count: number): Buffer => {
    const parts: Buffer[] = [];
    for (let length = 0; length < count; length += 32) {
      parts.push(createHash('sha256').update(`${seed}:${counter++}`).digest());
    }
    return Buffer.concat(parts).subarray(0, count);
  };
  return {
    bytes,
    opaque: (count) => bytes(count).toString('base64url'),
    guid: () => {
      const raw = bytes(16);
      raw[6] = ((raw[6] ?? 0) & 0x0f) | 0x40;
      raw[8] = ((raw[8] ?? 0) & 0x3f) | 0x80;
      const hex = raw.toString('hex');
      return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
        '-',
      );
    },
  };
}
