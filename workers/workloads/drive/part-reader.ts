/** Random access to a stored part for uploads: they read forward, and now and then again from an earlier byte. */
import { concat } from '../../kernel/bytes.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { Part } from '../../repository/model.ts';
import type { ContentSource } from '../workload.ts';

export type ReadRange = (offset: number, length: number) => Promise<Result<Uint8Array>>;

/** Keeps one range in memory. A range beyond the end comes back short. */
export function createPartReader(part: Part, content: ContentSource): ReadRange {
  let source = content.read(part)[Symbol.asyncIterator]();
  let position = 0;
  let rest: Uint8Array = new Uint8Array();

  async function next(): Promise<Result<Uint8Array | undefined>> {
    if (rest.length > 0) {
      const piece = rest;
      rest = new Uint8Array();
      return ok(piece);
    }
    const step = await source.next();
    return step.done ? ok(undefined) : step.value;
  }

  return async (offset, length) => {
    if (offset < position) {
      await source.return?.();
      source = content.read(part)[Symbol.asyncIterator]();
      position = 0;
      rest = new Uint8Array();
    }
    const pieces: Uint8Array[] = [];
    while (position < offset + length) {
      const piece = await next();
      if (!piece.ok) return piece;
      if (!piece.value) break;
      const skipped = Math.min(piece.value.length, Math.max(0, offset - position));
      const taken = piece.value.subarray(skipped, skipped + (offset + length - Math.max(offset, position)));
      rest = piece.value.subarray(skipped + taken.length);
      position += skipped + taken.length;
      if (taken.length > 0) pieces.push(taken);
    }
    return ok(pieces.length === 1 && pieces[0] ? pieces[0] : concat(...pieces));
  };
}
