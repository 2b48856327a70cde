/** The client id typed on the Set up screen, for a host whose config.json cannot be changed. Not a secret. */
import { isGuid } from '#workers/kernel/brand.ts';
import { keep, kept } from '#lib/platform/kept.ts';

const key = 'holdfast.client-id';

export function ownClientId(): string | null {
  const text = kept(key);
  return text && isGuid(text) ? text.toLowerCase() : null;
}

export const keepOwnClientId = (clientId: string): void => keep(key, clientId.trim().toLowerCase());
