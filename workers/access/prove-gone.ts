/** Looks whether what was removed is really gone, as often as that takes, and keeps what was seen. */
import { unknown } from 'valibot';
import type { DisconnectStep } from '../contract/disconnect.ts';
import { ok, type Result } from '../kernel/result.ts';
import { directory } from './installation.ts';
import { untilGone, type AppToRemove, type RemovalDeps } from './removal.ts';

export const pathOf = (step: 'service-principal' | 'application', { clientId }: AppToRemove): string =>
  `/${step === 'application' ? 'applications' : 'servicePrincipals'}(appId='${clientId}')`;

export async function proveGone(
  at: RemovalDeps,
  app: AppToRemove,
  step: 'service-principal' | 'application',
): Promise<Result<void>> {
  const gone = await untilGone(at, step, async () => {
    const seen = await at.graph.get(`${pathOf(step, app)}?$select=id`, unknown(), directory);
    if (seen.ok) return ok('left');
    return seen.error.code === 'graph/not-found' ? ok(seen.error.detail.split(':', 1)[0] ?? '') : seen;
  });
  if (!gone.ok) return gone;
  at.report({ step, state: 'done', note: `Read back: ${gone.value}` });
  return at.reach('application', { [step]: gone.value, goneAt: at.facts()['goneAt'] ?? at.clock.now() });
}

/** Answers of Entra that stand for good, once the app is gone. */
const refusals: readonly string[] = [
  'relay/app-unknown',
  'relay/certificate-unknown',
  'relay/app-disabled',
  'relay/policy-blocked',
];

/** With this device's own key, for the last time. Where it has none that works, there is nothing to be refused. */
export async function proveRefused(at: RemovalDeps): Promise<Result<void>> {
  const step: DisconnectStep = 'token';
  if (at.facts()['token'] !== undefined) return ok();
  at.report({ step, state: 'running', note: 'Asking Entra for one' });
  const refused = await untilGone(at, step, async () => {
    if (!at.appTokens) return ok('not asked for: there is no relay');
    const token = await at.appTokens.fresh();
    if (token.ok) return ok('left');
    const { code, facts } = token.error;
    if (refusals.includes(code)) return ok(`refused by Entra: AADSTS${facts?.['aadsts']}`);
    return code === 'sign-in/interaction-required'
      ? ok('not asked for: this device has no valid key')
      : token;
  });
  if (!refused.ok) return refused;
  at.report({ step, state: 'done', note: refused.value });
  return at.reach(step, { token: refused.value });
}
