/**
 * QuickXorHash, the one content hash that OneDrive and SharePoint give for every file. Byte i is XORed into a 160-bit
 * register at bit 11·i mod 160; the length goes into the last eight bytes. Bytes 160 apart meet in the same place, so
 * they are gathered first and shifted once at the end. It shows accidents in transport; it is no cryptographic hash.
 * Source: learn.microsoft.com/onedrive/developer/code-snippets/quickxorhash
 */
import { toBase64 } from '../../kernel/bytes.ts';

const bits = 160;
const shift = 11;

export interface QuickXorHash {
  update(bytes: Uint8Array): void;
  /** Base64, as Graph writes it. May be asked for at any time. */
  digest(): string;
}

export function createQuickXorHash(): QuickXorHash {
  const cells = new Uint8Array(bits);
  let length = 0;
  return {
    update(bytes) {
      let cell = length % bits;
      for (let i = 0; i < bytes.length; i++) {
        cells[cell] = (cells[cell] ?? 0) ^ (bytes[i] ?? 0);
        cell = cell + 1 === bits ? 0 : cell + 1;
      }
      length += bytes.length;
    },
    digest: () => toBase64(fold(cells, length)),
  };
}

function fold(cells: Uint8Array, length: number): Uint8Array {
  const register = new Uint8Array(bits / 8);
  const flip = (at: number, value: number): void => {
    const byte = at % register.length;
    register[byte] = (register[byte] ?? 0) ^ value;
  };
  for (const [i, cell] of cells.entries()) {
    const bit = (i * shift) % bits;
    const wide = cell << (bit % 8);
    flip(bit >> 3, wide & 255);
    flip((bit >> 3) + 1, wide >> 8);
  }
  for (let i = 0, rest = length; i < 8; i++, rest = Math.floor(rest / 256)) {
    flip(register.length - 8 + i, rest % 256);
  }
  return register;
}
