/** App-only Graph tokens: this device signs an assertion, the relay takes it to Entra. Tokens live in memory only. */
import type { ExchangeDeps } from '../graph/exchange.ts';
import type { TokenSource } from '../graph/token-source.ts';
import type { Random } from '../kernel/clock.ts';
import { failure, type Failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { AccessStore } from './access-store.ts';
import { assertionLifetimeMs, signAssertion } from './assertion.ts';
import type { DeviceKey } from './device-key.ts';
import { exchangeAssertion } from './relay.ts';
import { readClaims, type TokenClaims } from './token-claims.ts';

export type NoteToken = (claims: TokenClaims) => Promise<void>;

export interface AppTokenDeps extends ExchangeDeps {
  readonly random: Random;
  /** `/relay` or `https://relay.example`. */
  readonly relay: string;
  readonly store: AccessStore;
  /** Told of each new token before anybody gets it. */
  readonly noted?: NoteToken;
}

export interface AppTokens extends TokenSource {
  /**
   * A token from Entra, not from memory, and the roles in it. With this key, or with whichever of the device's own
   * Entra takes: the next one first. One try: Entra may not know the app yet.
   */
  fresh(key?: DeviceKey): Promise<Result<FreshToken>>;
  /** Forgets the token that is held: the next call fetches another one. */
  discard(): void;
}

export interface FreshToken {
  readonly token: string;
  readonly roles: readonly string[];
  /** The one that Entra took. */
  readonly key: DeviceKey;
}

const minute = 60_000;

export function createAppTokens(
  app: { readonly tenantId: string; readonly clientId: string },
  deps: AppTokenDeps,
): AppTokens {
  let held: { readonly token: string; readonly until: number } | undefined;
  let pending: Promise<Result<string>> | undefined;

  async function fresh(given?: DeviceKey): Promise<Result<FreshToken>> {
    const keys = given ? ok([given]) : await ownKeys(app.tenantId, deps);
    if (!keys.ok) return keys;
    let result: Result<FreshToken> = missing(keys.value);
    for (const key of keys.value.filter(({ expires }) => expires > deps.clock.now())) {
      result = await exchange(key);
      if (result.ok || result.error.code !== 'relay/certificate-unknown') break;
    }
    return result;
  }

  async function exchange(key: DeviceKey): Promise<Result<FreshToken>> {
    // An operator's key is good in each customer's tenant, and the assertion is for that one alone.
    const assertion = await signAssertion({ ...key, tenantId: app.tenantId }, app.clientId, deps);
    const granted = await exchangeAssertion(deps.relay, { ...app, assertion }, deps);
    if (!granted.ok) return granted;
    const token = granted.value.accessToken;
    const claims = readClaims(token);
    if (claims?.tid !== app.tenantId)
      return err(failure('sign-in/tenant-mismatch', 'the relay brought a token of another tenant'));
    await deps.noted?.(claims);
    const lifetime = granted.value.expiresInSeconds * 1000;
    held = { token, until: deps.clock.now() + lifetime - Math.min(5 * minute, lifetime / 2) };
    return ok({ token, roles: claims.roles, key });
  }

  async function withTries(): Promise<Result<string>> {
    let wait = 1_000;
    for (let tries = 1; ; tries++) {
      const askedAt = deps.clock.now();
      const result = await fresh();
      if (result.ok) return ok(result.value.token);
      // A computer that slept meanwhile had sent an assertion that ran out: nothing is wrong with its clock.
      const slept = deps.clock.now() - askedAt > assertionLifetimeMs;
      if (tries === 4 || !(slept || isPassing(result.error))) return result;
      if ((result.error.retryAfterMs ?? 0) > minute) return result;
      await deps.clock.sleep(result.error.retryAfterMs ?? wait * (0.5 + deps.random.fraction()));
      wait *= 3;
    }
  }

  return {
    fresh,
    discard() {
      held = undefined;
    },
    token() {
      if (held && held.until > deps.clock.now()) return Promise.resolve(ok(held.token));
      pending ??= withTries().finally(() => {
        pending = undefined;
      });
      return pending;
    },
    invalidate(token) {
      if (held?.token === token) held = undefined;
    },
  };
}

const isPassing = ({ code, retry }: Failure): boolean => retry === 'later' && code.startsWith('relay/');

function missing(keys: readonly DeviceKey[]): Result<never> {
  const why = keys.length > 0 ? 'has ended: join with this device again' : 'is missing on this device';
  const detail = `the certificate for the tenant ${why}`;
  return err(failure('sign-in/interaction-required', detail, { retry: 'after-user' }));
}

/** A next key is there after a renewal that was cut short: whether Entra has heard of it, only Entra knows. */
async function ownKeys(tenantId: string, { store }: AppTokenDeps): Promise<Result<DeviceKey[]>> {
  const next = await store.nextKey(tenantId);
  if (!next.ok) return next;
  const current = await store.deviceKey(tenantId);
  return current.ok ? ok([next.value, current.value].flatMap((key) => key ?? [])) : current;
}
