/**
 * Proof of possession for rolling a key without an administrator: a JWT signed by a key that the application has already
 * (learn.microsoft.com/graph/application-rollkey-prooftoken; at most ten minutes, named by the application's object id).
 */
import type { Clock } from '../kernel/clock.ts';
import { signJwt } from './assertion.ts';
import type { DeviceKey } from './device-key.ts';

const audience = '00000002-0000-0000-c000-000000000000';
const lifetimeSeconds = 300;

export function signProof(key: DeviceKey, applicationId: string, clock: Clock): Promise<string> {
  const now = Math.floor(clock.now() / 1000);
  return signJwt(key, { aud: audience, iss: applicationId, nbf: now, exp: now + lifetimeSeconds });
}
