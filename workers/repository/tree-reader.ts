/** Reading trees: leaf by leaf in order, from a key on, passing over pages that cannot hold what is wanted. */
import type { Bytes } from '../kernel/bytes.ts';
import type { BlobId } from '../kernel/brand.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { OpenRepository } from './open-repository.ts';
import { readBlob } from './read-blob.ts';
import type { RecordKind } from './records.ts';
import { decodeLeaf, decodeNode, levelOf, tagsOf, type Expected, type PageRef } from './tree-page.ts';
import type { Leaf } from './tree-writer.ts';

export interface TreeQuery {
  /** Only leaves that may hold keys after this one. */
  readonly after?: string;
  /** Only leaves that may hold records with this tag. */
  readonly tag?: string;
  /** Pages to pass over, with everything below them. */
  readonly skip?: (page: BlobId) => boolean;
}

export interface DecodedLeaf<T> extends Leaf {
  readonly records: readonly T[];
}

const damaged = (id: BlobId) => err(failure('repository/corrupt', `tree page ${id}`));

const wanted = ({ id, lastKey, tags }: PageRef, { after, tag, skip }: TreeQuery): boolean =>
  (after === undefined || lastKey > after) &&
  (tag === undefined || !tags || tags.includes(tag)) &&
  skip?.(id) !== true;

/** A page still to be read, with what its parent promised. */
interface Visit {
  readonly ref: PageRef;
  readonly expected: Expected;
}

const visitsOf = (refs: readonly PageRef[], after: string | undefined): Visit[] =>
  refs.map((ref, index) => ({
    ref,
    expected: { after: refs[index - 1]?.lastKey ?? after, last: ref.lastKey, count: ref.count },
  }));

/**
 * The leaves of a tree in key order. Levels must fall and counts must add up, so hostile trees can neither go round nor
 * blow up. A page that cannot be read is yielded as its failure and the rest goes on.
 */
export async function* readLeaves<T>(
  open: OpenRepository,
  root: BlobId | null,
  kind: RecordKind<T>,
  query: TreeQuery = {},
): AsyncGenerator<Result<DecodedLeaf<T>>> {
  if (root === null || query.skip?.(root)) return;
  const first = await readBlob(open, kind.type, root);
  if (!first.ok) return yield first;
  const level = levelOf(first.value);
  if (level === undefined) return yield damaged(root);
  const unknown: Expected = { after: undefined, last: undefined, count: undefined };
  const stack: Visit[] = [
    { ref: { id: root, level, lastKey: '', count: 0, tags: undefined }, expected: unknown },
  ];
  let bytes: Bytes | undefined = first.value;
  for (let visit = stack.pop(); visit; visit = stack.pop()) {
    const page: Result<Bytes> = bytes ? ok(bytes) : await readBlob(open, kind.type, visit.ref.id);
    bytes = undefined;
    if (!page.ok) yield page;
    else if (visit.ref.level === 0) yield leafOf(page.value, kind, visit);
    else {
      const refs = decodeNode(page.value, visit.ref.level, visit.expected);
      if (!refs) yield damaged(visit.ref.id);
      else {
        const below = visitsOf(refs, visit.expected.after).filter(({ ref }) => wanted(ref, query));
        stack.push(...below.reverse());
      }
    }
  }
}

function leafOf<T>(bytes: Bytes, kind: RecordKind<T>, { ref, expected }: Visit): Result<DecodedLeaf<T>> {
  const records = decodeLeaf(bytes, kind, expected);
  const last = records?.at(-1);
  if (!records || last === undefined) return damaged(ref.id);
  // Nobody names a root, so a tree of one leaf says for itself what a parent would say of it.
  const about = { lastKey: kind.key(last), count: records.length, tags: tagsOf(kind, records) };
  return ok({ ref: expected.last === undefined ? { ...ref, ...about } : ref, bytes, records });
}
