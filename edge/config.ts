/** The relay's settings, from the host's environment. There are no secrets among them. */
import type { Context } from 'hono';

export interface RelayConfig {
  /** `/relay`, or `/` where the relay has a host of its own. */
  readonly basePath: string;
  /** Origins, besides the relay's own, whose pages may ask: `https://holdfast.example`. */
  readonly origins: readonly string[];
  /** The caller's network address as the host knows it; never from a header that a caller can set. */
  readonly address: (c: Context) => string;
}

/** Throws where a setting is wrong: a relay that guesses is worse than one that does not start. */
export function readConfig(
  env: { readonly [name: string]: unknown },
  address: RelayConfig['address'],
): RelayConfig {
  const basePath = text(env.HOLDFAST_RELAY_PATH) || '/relay';
  if (!/^\/$|^(\/[a-z0-9-]+)+$/.test(basePath))
    throw new Error('HOLDFAST_RELAY_PATH must be a path such as /relay');
  const origins = text(env.HOLDFAST_ORIGINS)
    .split(/[\s,]+/)
    .filter(Boolean);
  for (const origin of origins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin || !origin.startsWith('https://')) {
      throw new Error(
        'HOLDFAST_ORIGINS must hold https origins such as https://holdfast.example, without a path',
      );
    }
  }
  return { basePath, origins, address };
}

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');
