/** Why the operator's app gets no token of a customer's tenant: there is nothing to install, and consent is not ours to give. */
import type { FailureCode } from '#workers/kernel/failure.ts';
import type { FailureCopy } from '#lib/engine/failure-action.ts';

export const refusalWords: Partial<Readonly<Record<FailureCode, FailureCopy>>> = {
  'relay/app-unknown': {
    title: 'This tenant has not agreed to your app',
    advice:
      'Nobody has opened the link and agreed, the agreement was taken back, or it is too new for Entra to know everywhere. If they have agreed just now, check again in a minute; else send them the link.',
    severity: 'warning',
    action: 'retry',
  },
  'relay/roles-pending': {
    title: 'What they agreed to does not suffice for a backup',
    advice:
      'Add the permissions that the details name to the registration of your app, then let their administrator open the link again. Where they have just done so, check again in a minute.',
    severity: 'warning',
    action: 'retry',
  },
  'relay/app-disabled': {
    title: 'Your app is switched off in this tenant',
    advice: 'Their administrator switches it on in Entra, under Enterprise applications.',
    severity: 'error',
    action: 'retry',
  },
  'relay/certificate-unknown': {
    title: 'Your app does not know this browser’s certificate',
    advice: 'Make or renew this browser’s key, above. A new one takes a minute to be known everywhere.',
    severity: 'error',
    action: 'retry',
  },
  'relay/policy-blocked': {
    title: 'A Conditional Access policy of this tenant blocks your app',
    advice: 'Their administrator has to leave your app out of the policy, or allow this place.',
    severity: 'error',
    action: 'retry',
  },
  'sign-in/interaction-required': {
    title: 'This browser has no key for your app',
    advice: 'Make one first, above: it takes a sign-in at home, none of the customer.',
    severity: 'warning',
  },
};
