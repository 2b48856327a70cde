/** What is wrong with recovery words that were typed, in a sentence that says where to look. */
import type { Failure } from '#workers/kernel/failure.ts';

export function wordsProblem({ code, facts = {} }: Failure): string | undefined {
  if (code === 'vault/wrong-passphrase') {
    return 'These are words of a recovery sheet, but they belong to another backup. Each sheet names the id of its own.';
  }
  if (code !== 'vault/recovery-words') return undefined;
  switch (facts['problem']) {
    case 'count':
      return `A recovery sheet has 24 words; these are ${facts['words'] ?? 'far more'}.`;
    case 'unknown':
      return `Word ${facts['position']} is none that a recovery sheet can have. Is it spelled as on the sheet?`;
    default:
      return 'Each word exists, but not in this order: one is another than on the sheet, or two have changed places.';
  }
}
