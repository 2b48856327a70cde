/** Where a redirect sign-in comes back to. In sessionStorage, because the page is gone in between. */
import * as v from 'valibot';

const key = 'holdfast.sign-in-return';

const schema = v.object({
  clientId: v.string(),
  cloud: v.picklist(['global', 'demo']),
  /** A path of this app. */
  returnTo: v.pipe(v.string(), v.regex(/^\/[a-z0-9/-]*$/)),
});

export type PendingReturn = v.InferOutput<typeof schema>;

export const rememberReturn = (pending: PendingReturn): void =>
  sessionStorage.setItem(key, JSON.stringify(pending));

export function recallReturn(): PendingReturn | null {
  const text = sessionStorage.getItem(key);
  sessionStorage.removeItem(key);
  if (!text) return null;
  try {
    const parsed = v.safeParse(schema, JSON.parse(text));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

export const forgetReturn = (): void => sessionStorage.removeItem(key);

/** What MSAL keeps for the redirect way; all its names begin alike. */
export function forgetStoredTokens(): void {
  for (const name of Object.keys(sessionStorage))
    if (name.startsWith('msal.')) sessionStorage.removeItem(name);
}
