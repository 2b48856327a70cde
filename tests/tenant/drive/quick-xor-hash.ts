/**
 * quickXorHash, the one content hash that OneDrive for Business and SharePoint always report.
 * Byte i is XORed into a 160-bit state at bit (11·i mod 160); the length goes into the last 64 bits.
 * https://learn.microsoft.com/onedrive/developer/code-snippets/quickxorhash
 */
const BITS = 160;
const BYTES = BITS / 8;
const SHIFT = 11;
const WORDS = BITS / 4;

/** The hash in base64, as Graph's `file.hashes.quickXorHash` prints it. */
export function quickXorHash(content: Uint8Array): string {
  const ring = xorIntoRing(content);
  const state = new Uint8Array(BYTES + 1);
  for (let i = 0; i < BITS; i++) {
    const bit = (SHIFT * i) % BITS;
    const shifted = (ring[i] ?? 0) << (bit % 8);
    const at = bit >> 3;
    state[at] = (state[at] ?? 0) ^ (shifted & 0xff);
    state[at + 1] = (state[at + 1] ?? 0) ^ (shifted >> 8);
  }
  // The state is a circle: what ran over the last byte belongs to the first.
  state[0] = (state[0] ?? 0) ^ (state[BYTES] ?? 0);
  const hash = Buffer.from(state.subarray(0, BYTES));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(content.length));
  for (let i = 0; i < 8; i++) hash[12 + i] = (hash[12 + i] ?? 0) ^ (length[i] ?? 0);
  return hash.toString('base64');
}

/** Bit offsets repeat after 160 bytes, so the stream may be XORed into 160 cells first, a word at a time. */
function xorIntoRing(content: Uint8Array): Uint8Array {
  const ring = new Uint8Array(BITS);
  const ringWords = new Uint32Array(ring.buffer);
  const aligned = content.byteOffset % 4 === 0 ? content : content.slice();
  const words = new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
  for (let i = 0, cell = 0; i < words.length; i++) {
    ringWords[cell] = (ringWords[cell] ?? 0) ^ (words[i] ?? 0);
    cell = cell === WORDS - 1 ? 0 : cell + 1;
  }
  for (let i = words.length * 4; i < aligned.length; i++) {
    ring[i % BITS] = (ring[i % BITS] ?? 0) ^ (aligned[i] ?? 0);
  }
  return ring;
}
