/** What was seen while the app was removed, in lines; and what no removal reaches. */
import type { Disconnected, ProofLine } from '../contract/disconnect.ts';
import type { RemovalFacts } from './removal.ts';

/** Entra gives access tokens 60 to 90 minutes (learn.microsoft.com/entra/identity-platform/access-tokens, token lifetime). */
export const tokenLifetimeMs = 90 * 60_000;
/** learn.microsoft.com/entra/identity/enterprise-apps/restore-application */
const restorableMs = 30 * 24 * 60 * 60_000;

export function proofOf(facts: RemovalFacts, now: number): Disconnected {
  const isOperators = facts['kind'] === 'operator-app';
  const goneAt = Number(facts['goneAt'] ?? now);
  return {
    proof: [
      counted('Application permissions', facts['roles']),
      counted('Delegated permissions', facts['grants']),
      ...(isOperators ? [] : credentialLines(facts)),
      { what: 'Service principal', seen: `deleted; read back: ${facts['service-principal']}` },
      ...(isOperators
        ? [{ what: 'Application', seen: 'the operator’s, registered in another tenant: left there' }]
        : [{ what: 'Application', seen: `deleted; read back: ${facts['application']}` }]),
      { what: 'A new token for the app', seen: String(facts['token']) },
      isOperators ? connectionLine : keyLine,
    ],
    tokensEnd: new Date(goneAt + tokenLifetimeMs).toISOString(),
    restorableUntil: new Date(goneAt + restorableMs).toISOString(),
  };
}

/** Of a device that leaves the app to others. */
export function leavingProof(facts: RemovalFacts, now: number): Disconnected {
  const goneAt = Number(facts['goneAt'] ?? now);
  return {
    proof: [
      {
        what: 'This device’s certificate',
        seen: `${facts['certificates'] ? 'removed' : 'was not there'}; read back: not among the ${facts['others']} that are left`,
      },
      { what: 'A new token with this device’s key', seen: String(facts['token']) },
      keyLine,
    ],
    tokensEnd: new Date(goneAt + tokenLifetimeMs).toISOString(),
    restorableUntil: null,
  };
}

/** Of an operator's app, the key serves other customers. */
export const operatorLeavingProof = (now: number): Disconnected => ({
  proof: [
    connectionLine,
    {
      what: 'The operator’s app in this tenant',
      seen: 'left as it is: an administrator there takes the consent back (Entra: Enterprise applications)',
    },
  ],
  tokensEnd: new Date(now + tokenLifetimeMs).toISOString(),
  restorableUntil: null,
});

const credentialLines = (facts: RemovalFacts): ProofLine[] => [
  counted('Certificates', facts['certificates']),
  ...(facts['secrets'] ? [counted('Secrets that somebody else had added', facts['secrets'])] : []),
];

const connectionLine: ProofLine = {
  what: 'Connection in this browser',
  seen: 'deleted; the operator’s key stays for other tenants',
};
const keyLine: ProofLine = { what: 'Key in this browser', seen: 'deleted; read back: none' };

function counted(what: string, removed: string | number | undefined): ProofLine {
  const none = !removed;
  return { what, seen: none ? 'read back: none' : `${removed} removed; read back: none left` };
}
