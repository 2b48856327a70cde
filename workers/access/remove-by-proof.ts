/** Entra takes a certificate out for whoever shows that they have its key: no administrator is needed. */
import { unknown } from 'valibot';
import type { GraphClient } from '../graph/client.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { DeviceKey } from './device-key.ts';
import { directory } from './installation.ts';
import type { KeyCredential, Registered } from './installed-app.ts';
import { signProof } from './key-proof.ts';
import type { RemovalDeps } from './removal.ts';

export interface LeaveDeps extends RemovalDeps {
  /** On the app's own tokens; null without a relay or a connection. */
  readonly appGraph: GraphClient | null;
}

export interface Own {
  readonly mine: readonly KeyCredential[];
  readonly own: ReadonlyMap<string, DeviceKey>;
  readonly reach: () => Promise<Result<void>>;
}

/** `input/invalid` where this device cannot show it. */
export async function removeByProof(
  { appGraph, clock }: LeaveDeps,
  application: Registered | null,
  { mine, own, reach }: Own,
): Promise<Result<void>> {
  for (const { key, keyId } of mine) {
    const signer = own.get(key ?? '');
    if (!appGraph || !application || !keyId || !signer || signer.expires <= clock.now())
      return err(failure('input/invalid', 'this device has no key that is still taken'));
    const reached = await reach();
    if (!reached.ok) return reached;
    const proof = await signProof(signer, application.id, clock);
    const path = `/applications/${application.id}/removeKey`;
    const removed = await appGraph.send('POST', path, { keyId, proof }, unknown(), directory);
    if (!removed.ok) return removed;
  }
  return ok();
}
