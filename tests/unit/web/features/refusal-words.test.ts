import { expect, it } from 'vitest';
import { failureCopy } from '../../../../web/lib/engine/failure-copy.ts';
import { refusalWords } from '../../../../web/lib/features/operator/refusal-words.ts';
import type { FailureCode } from '../../../../workers/kernel/failure.ts';

/** What asking Entra for a token of a customer's tenant can end with, and a person can do something about. */
const refusals: readonly FailureCode[] = [
  'relay/app-unknown',
  'relay/roles-pending',
  'relay/app-disabled',
  'relay/certificate-unknown',
  'relay/policy-blocked',
  'sign-in/interaction-required',
];

it('a refused check of the operator’s app has words of its own, which never say to install anything', () => {
  for (const code of refusals) {
    const copy = refusalWords[code];
    expect([code, copy?.title]).not.toEqual([code, failureCopy[code].title]);
    expect([code, copy?.action ?? 'retry']).toEqual([code, 'retry']);
    expect(`${copy?.title} ${copy?.advice}`).not.toMatch(/install|Holdfast Backup/i);
  }
});
