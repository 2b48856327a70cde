/**
 * The check of a customer's tenant with the operator's own app: that is registered, and has its certificates, in the
 * operator's tenant. Nothing of it is to be installed here.
 */
import type { PermissionRow } from '../contract/check.ts';
import type { Connection } from '../contract/connections.ts';
import { toBase64 } from '../kernel/bytes.ts';
import { ok } from '../kernel/result.ts';
import type { CheckFacts } from './check-facts.ts';
import type { DeviceKey } from './device-key.ts';
import type { Draft } from './finding.ts';

const place = '“Your app and its customers”';
const again = `The customer’s administrator agrees to the operator’s app anew: the link is under ${place}.`;

/** The app as this device knows it in place of what the customer's directory has under the name of a backup app. */
export function ofOperator(
  facts: CheckFacts,
  { clientId, applicationId }: Connection,
  key: DeviceKey | undefined,
): CheckFacts {
  const keyCredentials = key
    ? [
        {
          key: toBase64(key.certificate),
          displayName: '',
          endDateTime: new Date(key.expires).toISOString(),
        },
      ]
    : [];
  const app = {
    id: applicationId ?? '',
    appId: clientId,
    displayName: '',
    uniqueName: null,
    keyCredentials,
    requiredResourceAccess: [],
  };
  const unread = facts.unread.filter(({ list }) => list === 'administrators');
  return { ...facts, app: ok(app), namesakes: [], deleted: false, unread };
}

const proofs: Readonly<Record<string, string>> = {
  'backup-app': 'Registered in the operator’s tenant',
  certificate: 'This browser has the key; the certificate stands in the operator’s tenant',
};

const advices: Readonly<Record<string, string>> = {
  principal: `The customer’s administrator has not agreed to the operator’s app, or has taken that back: the link is under ${place}.`,
  'backup-app-enabled': 'Somebody disabled the app: enable it in Entra, under Enterprise applications.',
  certificate: `Make this browser’s key under ${place}.`,
  'certificate-expired': `Make a new key for this browser under ${place}.`,
  token: `Check the customer’s consent, and this browser’s key, under ${place}.`,
};

export function operatorDraft(draft: Draft): Draft {
  const proof = draft.verdict === 'ok' ? proofs[draft.id] : undefined;
  if (proof !== undefined) return { ...draft, proof, evidence: 'inferred' };
  if (draft.fix !== 'install') return draft;
  return { ...draft, fix: null, advice: advices[draft.id] ?? adviceFor(draft) };
}

function adviceFor({ verdict, advice }: Draft): string {
  if (verdict === 'extra') return 'The operator’s app asks for it: take it away there, or in Entra here.';
  const without = /Without it: .*/.exec(advice)?.[0];
  return `The operator’s app has to ask for it. ${again}${without === undefined ? '' : ` ${without}`}`;
}

export const operatorRow = (row: PermissionRow): PermissionRow =>
  row.app === 'backup' && (row.verdict === 'missing' || row.verdict === 'renamed')
    ? { ...row, why: `Not granted. ${again}` }
    : row;
