/** The app's own sign-in with this device's key: the proof that everything before it has arrived. */
import { failure, type Failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { AppTokens } from './app-token.ts';
import type { DeviceKey } from './device-key.ts';
import { keepRegistered, settleKey } from './install-certificate.ts';
import { patienceFor, type Application, type InstallDeps } from './installation.ts';
import { untilReplicated } from './patience.ts';

export interface TokenToHave {
  readonly app: Application;
  readonly key: DeviceKey;
  readonly tokens: AppTokens;
  /** New ones reach tokens some time after they are granted. */
  readonly roles: readonly string[];
}

/** Between another device's reading and its writing lies one exchange; slow ones take less. */
export const lateWriteMs = 3_000;
/** Whoever writes late has written once for each device that came meanwhile. */
const mostLateWrites = 5;

/** Then the key is the device's own. Failures: relay/*, storage/*, graph/*; the last one stands after ten minutes. */
export async function awaitToken(at: InstallDeps, wanted: TokenToHave): Promise<Result<void>> {
  const { app, key } = wanted;
  const had = await untilReplicated(
    () => tryToken(at, wanted),
    ({ code, retry }: Failure) => retry === 'later' && code.startsWith('relay/'),
    patienceFor(at, 'token', 'the permissions to reach the token'),
  );
  if (!had.ok) return had;
  const kept = await keepRegistered(at, app, key);
  if (!kept.ok) return kept;
  const settled = await settleKey(at, app, key);
  if (!settled.ok) return settled;
  return outlastLateWrites(at, app, key);
}

/** A device that had read the list before this certificate was in it may only now have written it back. */
async function outlastLateWrites(at: InstallDeps, app: Application, key: DeviceKey): Promise<Result<void>> {
  for (let late = 0; late < mostLateWrites; late++) {
    await at.clock.sleep(lateWriteMs, at.signal);
    const kept = await keepRegistered(at, app, key);
    if (!kept.ok) return kept;
    if (kept.value) return ok();
  }
  return ok();
}

async function tryToken(at: InstallDeps, { app, key, tokens, roles }: TokenToHave): Promise<Result<void>> {
  const fresh = await tokens.fresh(key);
  if (!fresh.ok && fresh.error.code === 'relay/certificate-unknown') {
    const kept = await keepRegistered(at, app, key);
    return kept.ok ? fresh : kept;
  }
  if (!fresh.ok) return fresh;
  const missing = roles.filter((role) => !fresh.value.roles.includes(role));
  if (missing.length === 0) return ok();
  return err(
    failure('relay/roles-pending', `not in the token yet: ${missing.join(', ')}`, { retry: 'later' }),
  );
}
