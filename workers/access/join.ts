/**
 * A further device, or another administrator, comes to an app that is there: its certificate is added and nothing else.
 * Roles, grants and a right to write that is open just now stay as they are.
 */
import type { Connection } from '../contract/connections.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { awaitToken } from './await-token.ts';
import { canManageApps } from './directory-roles.ts';
import { findApplication, type FoundApplication } from './find-application.ts';
import { installCertificate } from './install-certificate.ts';
import { change, checkRole, connectionOf, step } from './install-steps.ts';
import type { Application, InstallDeps } from './installation.ts';
import { profileOf } from './profile-of.ts';
import { explainRefusal } from './refusal.ts';

/** Failures as of `onboard`; graph/not-found where the tenant has no backup app: install it. */
export async function join(deps: InstallDeps): Promise<Result<Connection>> {
  const result = await addDevice(deps);
  return result.ok ? result : err(explainRefusal(result.error, deps.signedIn));
}

async function addDevice(at: InstallDeps): Promise<Result<Connection>> {
  const role = await step(at, 'role', () => checkRole(at, canManageApps));
  if (!role.ok) return role;
  const found = await step(at, 'application', () => findOurs(at), othersIn);
  if (!found.ok) return found;
  const app = found.value.ours;
  const kept = await (at.reach?.('certificate', { clientId: app.appId, kind: 'app' }) ?? ok());
  if (!kept.ok) return kept;
  const key = await step(at, 'certificate', () => installCertificate(at, app));
  if (!key.ok) return key;
  const connection = await connectionOf(at, app, { expires: key.value.expires, profile: profileOf(app) });
  const saved = await at.store.saveConnection(connection);
  if (!saved.ok) return saved;
  const wanted = { app, key: key.value, tokens: at.appTokens(connection), roles: [] };
  const token = await change(at, 'token', () => awaitToken(at, wanted));
  return token.ok ? ok(connection) : token;
}

type Found = FoundApplication & { readonly ours: Application };

async function findOurs(at: InstallDeps): Promise<Result<Found>> {
  const found = await findApplication(at);
  if (!found.ok) return found;
  const { ours, others } = found.value;
  return ours
    ? ok({ ours, others })
    : err(
        failure('graph/not-found', 'the backup app is not installed in this tenant', { retry: 'after-user' }),
      );
}

const othersIn = ({ others }: FoundApplication): string =>
  others.length === 0 ? '' : `Another app has the same name: ${others.map(({ appId }) => appId).join(', ')}`;
