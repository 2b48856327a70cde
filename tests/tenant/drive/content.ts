/** File bytes, kept once however many items and versions hold them. */
import { createHash } from 'node:crypto';
import { quickXorHash } from './quick-xor-hash.ts';

export interface Content {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Base64. */
  readonly quickXorHash: string;
}

export interface ContentPool {
  add(bytes: Uint8Array): Content;
}

export function createContentPool(): ContentPool {
  const known = new Map<string, Content>();
  return {
    add(bytes) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const found = known.get(sha256);
      if (found) return found;
      const content = { bytes: new Uint8Array(bytes), sha256, quickXorHash: quickXorHash(bytes) };
      known.set(sha256, content);
      return content;
    },
  };
}
