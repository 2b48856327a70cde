import { AuthError, BrowserAuthError, InteractionRequiredAuthError, ServerError } from '@azure/msal-browser';
import { describe, expect, test } from 'vitest';
import { signInFailure } from '../../../../web/lib/sign-in/sign-in-failure.ts';

const browserError = (code: string) => new BrowserAuthError(code, 'correlation');
const entraError = (message: string) => new ServerError('invalid_request', 'correlation', message);

test.each([
  ['popup_window_error', 'sign-in/popup-blocked'],
  ['empty_window_error', 'sign-in/popup-blocked'],
  ['user_cancelled', 'sign-in/cancelled-by-user'],
  ['timed_out', 'network/timed-out'],
  ['no_network_connectivity', 'network/offline'],
  ['something_new', 'sign-in/token-rejected'],
])('MSAL %s is %s', (code, expected) => {
  expect(signInFailure(browserError(code)).code).toBe(expected);
});

test.each([
  ['AADSTS65001: The user or administrator has not consented', 'sign-in/consent-missing'],
  ['AADSTS90094: admin consent is required', 'sign-in/consent-missing'],
  ['AADSTS65004: User declined to consent', 'sign-in/cancelled-by-user'],
  ['AADSTS50020: User account does not exist in tenant', 'sign-in/tenant-mismatch'],
  ['AADSTS700016: Application not found', 'input/not-configured'],
  ['AADSTS53003: Access has been blocked by Conditional Access', 'sign-in/token-rejected'],
])('%s', (message, expected) => {
  expect(signInFailure(entraError(message)).code).toBe(expected);
});

test('a refresh that needs a person is interaction-required', () => {
  const error = new InteractionRequiredAuthError(
    'interaction_required',
    'correlation',
    'AADSTS50076: use MFA',
  );
  expect(signInFailure(error)).toMatchObject({ code: 'sign-in/interaction-required', retry: 'after-user' });
});

describe('what is kept', () => {
  test('codes, never the message: it may carry names', () => {
    const failure = signInFailure(
      entraError("AADSTS50020: User account 'adele@contoso.example' does not exist"),
    );
    expect(JSON.stringify(failure)).not.toContain('adele');
    expect(failure.detail).toContain('AADSTS50020');
  });

  test('anything but an AuthError is a defect', () => {
    expect(signInFailure(new TypeError('x')).code).toBe('defect/unexpected');
    expect(AuthError).toBeDefined();
  });
});
