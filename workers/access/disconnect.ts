/** Takes the backup app out of the tenant and this device's key out of the browser; proves it, and says what remains. */
import { unknown } from 'valibot';
import type { Connection } from '../contract/connections.ts';
import type { DelegatedToken } from '../contract/engine-api.ts';
import type { GraphClient } from '../graph/client.ts';
import type { Clock } from '../kernel/clock.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { AccessStore } from './access-store.ts';
import { directory } from './installation.ts';
import { untilReplicated } from './patience.ts';
import { explainRefusal } from './refusal.ts';

export interface DisconnectDeps {
  /** With the delegated token of an administrator of this tenant. */
  readonly graph: GraphClient;
  readonly signedIn: DelegatedToken;
  readonly store: AccessStore;
  readonly clock: Clock;
}

/**
 * Gives what could not be revoked, in words. The key is kept where the app could not be removed: try again.
 * Failures: sign-in/consent-missing with fact `scopes` as of `onboard`; graph/*, storage/*.
 */
export async function disconnect(connection: Connection, deps: DisconnectDeps): Promise<Result<string[]>> {
  const { clientId, tenantId } = connection;
  for (const path of [`/servicePrincipals(appId='${clientId}')`, `/applications(appId='${clientId}')`]) {
    const removed = await deps.graph.send('DELETE', path, undefined, unknown(), directory);
    if (!removed.ok && removed.error.code !== 'graph/not-found')
      return err(explainRefusal(removed.error, deps.signedIn));
    const proof = await provenGone(path, deps);
    if (!proof.ok) return proof;
  }
  const forgotten = await deps.store.forget(tenantId);
  if (!forgotten.ok) return forgotten;
  return ok([
    'Tokens that were already issued stay valid until they expire, about an hour after the last one was fetched.',
    'Entra keeps the deleted app for 30 days, and an administrator can restore it; without this browser’s key, Holdfast cannot use it.',
  ]);
}

/** A removal, too, takes a while to be seen everywhere. */
const provenGone = (path: string, { graph, clock }: DisconnectDeps): Promise<Result<void>> =>
  untilReplicated(
    async () => {
      const seen = await graph.get(`${path}?$select=id`, unknown(), directory);
      if (seen.ok)
        return err(failure('graph/conflict', 'the app is still there after its removal', { retry: 'later' }));
      return seen.error.code === 'graph/not-found' ? ok() : seen;
    },
    ({ code }) => code === 'graph/conflict',
    { clock, waiting: () => undefined },
  );
