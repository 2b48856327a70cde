/** Words for failures of the sign-in, Microsoft's services, the network and the relay. */
import type { FailureCode } from '#workers/kernel/failure.ts';
import type { FailureCopy } from './failure-action.ts';

const signIn: Record<Extract<FailureCode, `sign-in/${string}`>, FailureCopy> = {
  'sign-in/interaction-required': {
    title: 'Please sign in again',
    advice: 'Holdfast forgets sign-ins when the page is reloaded. One click brings it back.',
    severity: 'warning',
    action: 'sign-in',
  },
  'sign-in/popup-blocked': {
    title: 'The browser blocked the sign-in window',
    advice: 'Allow pop-ups for this page and try again, or sign in on this page instead.',
    severity: 'warning',
    action: ['sign-in', 'redirect-sign-in'],
  },
  'sign-in/cancelled-by-user': {
    title: 'Sign-in was cancelled',
    advice: 'Nothing was changed. Start again whenever you like.',
    severity: 'info',
    action: 'sign-in',
  },
  'sign-in/consent-missing': {
    title: 'A permission has not been granted',
    advice: 'Sign in as an administrator who may grant it, and accept what Microsoft lists.',
    severity: 'error',
    action: 'sign-in',
  },
  'sign-in/administrators-consent': {
    title: 'Your organisation lets administrators consent only',
    advice:
      'Ask an administrator to allow Holdfast for your account, or to back it up with the tenant’s backup app.',
    severity: 'error',
  },
  'sign-in/token-rejected': {
    title: 'Microsoft refused the sign-in',
    advice: 'The details below carry Microsoft’s own code. A Conditional Access policy is the usual reason.',
    severity: 'error',
    action: 'sign-in',
  },
  'sign-in/tenant-mismatch': {
    title: 'That account belongs to another tenant',
    advice: 'This backup is tied to one tenant. Sign in with an administrator of that tenant.',
    severity: 'error',
    action: 'sign-in',
  },
  'sign-in/other-account': {
    title: 'Somebody else has signed in',
    advice: 'This is read and written by one account’s own sign-in. Sign in with that account.',
    severity: 'error',
    action: 'sign-in',
  },
  'sign-in/not-administrator': {
    title: 'This needs an administrator',
    advice:
      'Installing or removing the backup app takes a Global Administrator, letting it write that or a Privileged Role Administrator.',
    severity: 'error',
    action: 'sign-in',
  },
};

const graph: Record<Extract<FailureCode, `graph/${string}`>, FailureCopy> = {
  'graph/throttled': {
    title: 'Microsoft asked us to slow down',
    advice: 'Holdfast waits and goes on by itself. If it was stopped, try again in a few minutes.',
    severity: 'warning',
    action: 'retry',
  },
  'graph/unavailable': {
    title: 'Microsoft’s service does not answer',
    advice: 'This is usually over in minutes. What is stored stays stored.',
    severity: 'warning',
    action: 'retry',
  },
  'graph/not-found': {
    title: 'Microsoft 365 no longer has this',
    advice: 'It was deleted or moved meanwhile. Older snapshots still hold it if they ever did.',
    severity: 'warning',
  },
  'graph/forbidden': {
    title: 'The app may not do this',
    advice: 'A permission is missing or a policy limits the app. Run the check to see which.',
    severity: 'error',
    action: 'check',
  },
  'graph/credential-refused': {
    title: 'A policy of this tenant refuses the app’s certificate',
    advice:
      'An administrator excepts “Holdfast Backup” from the app management policy named below (Entra admin center: Enterprise apps, Application policies). Then try again.',
    severity: 'error',
    action: 'retry',
  },
  'graph/conflict': {
    title: 'Something else changed this at the same time',
    advice: 'Try again; Holdfast then reads the current state first.',
    severity: 'warning',
    action: 'retry',
  },
  'graph/locked': {
    title: 'Microsoft 365 has locked this item',
    advice: 'It is checked out, under a hold, or its site is read-only. Try again when the lock is gone.',
    severity: 'warning',
    action: 'retry',
  },
  'graph/resync-required': {
    title: 'Microsoft asked for a fresh listing',
    advice: 'The next run lists everything again; what is stored is not fetched twice.',
    severity: 'info',
    action: 'retry',
  },
  'graph/too-large': {
    title: 'The item is larger than Microsoft’s interface takes',
    advice: 'Download it from the backup and add it by hand.',
    severity: 'error',
  },
  'graph/quota-exceeded': {
    title: 'The mailbox or drive is full',
    advice: 'Free some space there, or restore less at once.',
    severity: 'error',
    action: 'retry',
  },
  'graph/no-mailbox': {
    title: 'This account has no mailbox',
    advice: 'It has no Exchange Online licence, its mailbox is on-premises, or it was never made.',
    severity: 'info',
  },
  'graph/no-drive': {
    title: 'This account has no OneDrive',
    advice: 'It was never opened, or there is no licence for it.',
    severity: 'info',
  },
  'graph/malware': {
    title: 'Microsoft marked this file as malware',
    advice: 'It refuses to hand it out, so it cannot be backed up. The report names it.',
    severity: 'warning',
  },
  'graph/corrupt-item': {
    title: 'The item is damaged in Microsoft 365 itself',
    advice: 'Microsoft’s own service cannot read it. The report names it; the rest is not affected.',
    severity: 'warning',
  },
  'graph/bad-request': {
    title: 'Microsoft did not accept the request',
    advice: 'That is likely a fault in Holdfast. The details below help to mend it.',
    severity: 'error',
  },
  'graph/unexpected-shape': {
    title: 'Microsoft answered in an unknown form',
    advice: 'Holdfast does not guess. The details below help to mend it.',
    severity: 'error',
  },
  'graph/untrusted-link': {
    title: 'An answer pointed to a foreign host',
    advice: 'Holdfast did not follow it and sent nothing there.',
    severity: 'error',
  },
  'graph/page-loop': {
    title: 'A listing repeated itself without end',
    advice: 'Holdfast stopped reading it. The next run starts that listing afresh.',
    severity: 'error',
    action: 'retry',
  },
};

const network: Record<Extract<FailureCode, `network/${string}`>, FailureCopy> = {
  'network/offline': {
    title: 'No connection',
    advice: 'Reading a backup works without network. Everything else goes on when the connection is back.',
    severity: 'warning',
    action: 'retry',
  },
  'network/timed-out': {
    title: 'The answer took too long',
    advice: 'The connection or the service is slow. Try again.',
    severity: 'warning',
    action: 'retry',
  },
  'network/truncated': {
    title: 'A download broke off',
    advice: 'The part was thrown away; it is fetched again on the next try.',
    severity: 'warning',
    action: 'retry',
  },
  'network/blocked': {
    title: 'The browser blocked a request',
    advice: 'A proxy, a browser extension or the network does not let it through. The details name the host.',
    severity: 'error',
    action: 'retry',
  },
};

const relay: Record<Extract<FailureCode, `relay/${string}`>, FailureCopy> = {
  'relay/unreachable': {
    title: 'The relay does not answer',
    advice: 'It is only needed to fetch a token for the backup app. Reading a backup works without it.',
    severity: 'error',
    action: 'retry',
  },
  'relay/refused': {
    title: 'The relay refused the request',
    advice: 'This computer’s clock may be wrong, or the relay is not meant for this address.',
    severity: 'error',
    action: 'retry',
  },
  'relay/entra-refused': {
    title: 'Entra refused the backup app',
    advice: 'The details name Microsoft’s own code. Check the tenant: the report says what is wrong.',
    severity: 'error',
    action: 'check',
  },
  'relay/app-unknown': {
    title: 'The backup app is not in this tenant',
    advice:
      'It was removed, or is too new for Entra to know everywhere. Wait a minute, then install it again.',
    severity: 'error',
    action: 'connect',
  },
  'relay/app-disabled': {
    title: 'The backup app is disabled',
    advice: 'An administrator switched it off in Entra, under Enterprise applications, “Holdfast Backup”.',
    severity: 'error',
    action: 'retry',
  },
  'relay/certificate-unknown': {
    title: 'Entra does not know this device’s certificate',
    advice: 'It has ended, or was taken from the app. Install the backup app again to join with this device.',
    severity: 'error',
    action: 'connect',
  },
  'relay/clock-wrong': {
    title: 'This computer’s clock is wrong',
    advice: 'Entra takes nothing signed in another time. Set date and time, then try again.',
    severity: 'error',
    action: 'retry',
  },
  'relay/policy-blocked': {
    title: 'A Conditional Access policy blocks the backup app',
    advice: 'An administrator has to leave “Holdfast Backup” out of the policy, or allow this place.',
    severity: 'error',
    action: 'retry',
  },
  'relay/roles-pending': {
    title: 'The permissions have not arrived yet',
    advice: 'They are granted, and reach the app’s tokens within minutes. Install again to go on from there.',
    severity: 'warning',
    action: 'retry',
  },
};

export const remoteFailureCopy = { ...signIn, ...graph, ...network, ...relay };
