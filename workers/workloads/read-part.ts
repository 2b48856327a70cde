/** Stored parts as whole byte arrays, for items that are handled whole. */
import { concat, type Bytes } from '../kernel/bytes.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Part, Row } from '../repository/model.ts';
import type { ContentSource } from './workload.ts';

/** The part's bytes; holds them in memory, so not for files of any size. */
export async function readPart(part: Part, content: ContentSource): Promise<Result<Bytes>> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content.read(part)) {
    if (!piece.ok) return piece;
    pieces.push(piece.value);
  }
  return ok(concat(...pieces));
}

/** `repository/missing-blob` where the row was stored without this part. */
export function findPart(row: Row, role: string): Result<Part> {
  const part = row.parts.find((candidate) => candidate.role === role);
  return part ? ok(part) : err(failure('repository/missing-blob', `the item has no part "${role}"`));
}
