/** The client id typed on the Set up screen, for a host whose config.json cannot be changed. Not a secret. */
import { isGuid } from '#workers/kernel/brand.ts';

const key = 'holdfast.client-id';

export function ownClientId(): string | null {
  const text = localStorage.getItem(key);
  return text && isGuid(text) ? text.toLowerCase() : null;
}

export function keepOwnClientId(clientId: string | null): void {
  if (clientId) localStorage.setItem(key, clientId.trim().toLowerCase());
  else localStorage.removeItem(key);
}
