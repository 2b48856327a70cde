/** The directory's 403 does not say why: where documented scopes are missing, they are the likely reason. */
import { failure, type Failure } from '../kernel/failure.ts';
import { documentedInstallScopes } from './scopes.ts';

/** `sign-in/consent-missing` with fact `scopes` (space-separated): ask for these and call again. Else the reason itself. */
export function explainRefusal(reason: Failure, { scopes }: { readonly scopes: readonly string[] }): Failure {
  if (reason.facts?.graphCode !== 'Authorization_RequestDenied') return reason;
  const missing = documentedInstallScopes.filter((scope) => !scopes.includes(scope));
  if (missing.length === 0) return reason;
  return failure('sign-in/consent-missing', `the directory refuses without ${missing.join(', ')}`, {
    retry: 'after-user',
    facts: { scopes: documentedInstallScopes.join(' ') },
    cause: reason,
  });
}
