/** This device's certificate among those that the app takes. */
import { toBase64 } from '../kernel/bytes.ts';
import type { Observations } from './observations.ts';

/** Undefined where the app does not take it; `ends` in milliseconds since the epoch, whichever says so first. */
export function deviceCertificate({
  app,
  key,
}: Pick<Observations, 'app' | 'key'>): { readonly ends: number } | undefined {
  if (!app.ok || !app.value || !key) return undefined;
  const bytes = toBase64(key.certificate);
  const registered = app.value.keyCredentials.find((one) => one.key === bytes);
  return registered && { ends: Math.min(key.expires, Date.parse(registered.endDateTime ?? '') || Infinity) };
}
