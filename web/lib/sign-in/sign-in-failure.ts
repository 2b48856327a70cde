/** What MSAL and Entra say when a sign-in fails, as a Failure. Only codes are kept: messages may carry names. */
import { AuthError, InteractionRequiredAuthError } from '@azure/msal-browser';
import type { Failure, FailureCode } from '#workers/kernel/failure.ts';
import { defect, failure } from '#workers/kernel/failure.ts';

const byMsalCode: Readonly<Record<string, FailureCode>> = {
  popup_window_error: 'sign-in/popup-blocked',
  empty_window_error: 'sign-in/popup-blocked',
  user_cancelled: 'sign-in/cancelled-by-user',
  interaction_in_progress_cancelled: 'sign-in/cancelled-by-user',
  access_denied: 'sign-in/cancelled-by-user',
  timed_out: 'network/timed-out',
  no_network_connectivity: 'network/offline',
  post_request_failed: 'network/offline',
  get_request_failed: 'network/offline',
};

/** Entra's AADSTS numbers: learn.microsoft.com/entra/identity-platform/reference-error-codes. */
const byEntraCode: Readonly<Record<string, FailureCode>> = {
  AADSTS65001: 'sign-in/consent-missing',
  AADSTS65004: 'sign-in/cancelled-by-user',
  AADSTS90094: 'sign-in/consent-missing',
  AADSTS90095: 'sign-in/consent-missing',
  AADSTS50020: 'sign-in/tenant-mismatch',
  AADSTS50034: 'sign-in/tenant-mismatch',
  AADSTS700016: 'input/not-configured',
  AADSTS50011: 'input/not-configured',
  AADSTS50194: 'input/not-configured',
};

export function signInFailure(thrown: unknown): Failure {
  if (!(thrown instanceof AuthError)) return defect(thrown);
  const entra = /AADSTS\d+/.exec(thrown.errorMessage)?.[0];
  const code = byEntraCode[entra ?? ''] ?? byMsalCode[thrown.errorCode] ?? fallback(thrown);
  const detail = [thrown.errorCode, thrown.subError, entra].filter(Boolean).join(' ');
  return failure(code, detail, {
    retry: code.startsWith('network/') ? 'later' : 'after-user',
    facts: thrown.correlationId ? { correlationId: thrown.correlationId } : {},
  });
}

const fallback = (error: AuthError): FailureCode =>
  error instanceof InteractionRequiredAuthError ? 'sign-in/interaction-required' : 'sign-in/token-rejected';
