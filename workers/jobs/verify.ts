/** Reads the repository back and says which items could not be restored from it today. */
import { ok, type Result } from '../kernel/result.ts';
import type { CheckProgress, DamagedItem, Repository } from '../repository/repository.ts';
import type { Clock } from '../kernel/clock.ts';
import { createReporter, type Listener } from './reporter.ts';

export interface Verification {
  readonly blobs: number;
  readonly damaged: readonly { readonly item: string; readonly verdict: string }[];
}

/** Everything is read; fails only where the store cannot be listed. */
export async function verifyRepository(
  repository: Repository,
  clock: Clock,
  listener: Listener<CheckProgress>,
): Promise<Result<Verification>> {
  let progress: CheckProgress = { blobs: 0, of: 0 };
  const reporter = createReporter(clock, listener, () => progress);
  const outcome = await repository.check((done) => {
    progress = done;
    reporter.touch();
  });
  reporter.finish();
  if (!outcome.ok) return outcome;
  const { blobs, damaged, more, files } = outcome.value;
  return ok({
    blobs,
    damaged: [
      ...damaged.map((each) => ({ item: each.name ?? 'a list of items', verdict: verdictOf(each) })),
      ...(more > 0 ? [{ item: `and ${more} more items`, verdict: 'damaged' }] : []),
      ...files.map(({ name, failure }) => ({ item: `file ${name}`, verdict: failure.code })),
    ],
  });
}

function verdictOf({ verdict }: DamagedItem): string {
  switch (verdict.kind) {
    case 'missing':
      return 'repository/missing-blob';
    case 'corrupt':
      return 'repository/corrupt';
    case 'unreadable':
    case 'page':
      return verdict.failure.code;
  }
}
