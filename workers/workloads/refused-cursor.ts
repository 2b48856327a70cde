/** Cursors run out, and the service may refuse one at any time: then everything is listed anew. */
import type { Failure } from '../kernel/failure.ts';
import type { Result } from '../kernel/result.ts';
import type { Cursor } from '../repository/model.ts';

/** 410, and the 400 that an outdated or foreign token gets. */
export const isRefusedCursor = ({ code }: Failure): boolean =>
  code === 'graph/resync-required' || code === 'graph/bad-request';

/** 410 may come in the middle of a listing from the beginning too; a 400 is a cursor's only where there was one. */
export const isRefusedListing = (failure: Failure, from: Cursor | undefined): boolean =>
  failure.code === 'graph/resync-required' || (from !== undefined && isRefusedCursor(failure));

/** Pages from a cursor; from the beginning where it is refused, which it is let be twice. */
export async function* sinceCursor<T>(
  cursor: Cursor | undefined,
  read: (from: Cursor | undefined) => AsyncIterable<Result<T>>,
  isRefused: (failure: Failure, from: Cursor | undefined) => boolean = isRefusedListing,
): AsyncGenerator<Result<T>, void> {
  let from = cursor;
  for (let attempt = 1; ; attempt++) {
    let refused = false;
    for await (const page of read(from)) {
      refused = !page.ok && attempt < 3 && isRefused(page.error, from);
      if (refused) break;
      yield page;
    }
    if (!refused) return;
    from = undefined;
  }
}
