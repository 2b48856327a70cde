/** What installing and joining have in common: who may, how a step is told, and what is kept of it. */
import { array, looseObject, object, string } from 'valibot';
import type { Connection, OnboardStep } from '../contract/connections.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { canInstall, readDirectoryRoles, roleName } from './directory-roles.ts';
import { directory, type Application, type InstallDeps } from './installation.ts';

export async function step<T>(
  { report, signal }: InstallDeps,
  name: OnboardStep,
  work: () => Promise<Result<T>>,
  note: (value: T) => string = () => '',
): Promise<Result<T>> {
  if (signal?.aborted) return err(failure('job/cancelled', `stopped before the step ${name}`));
  report({ step: name, state: 'running', note: '' });
  const result = await work();
  if (result.ok) report({ step: name, state: 'done', note: note(result.value) });
  return result;
}

/** A step that changes something in the tenant or on this device, also where it only mends. */
export const change = <T>(
  at: InstallDeps,
  name: OnboardStep,
  work: () => Promise<Result<T>>,
  note?: (value: T) => string,
): Promise<Result<T>> =>
  step(
    at,
    name,
    async () => {
      const kept = await (at.reach?.(name) ?? ok());
      return kept.ok ? work() : kept;
    },
    note,
  );

export async function checkRole(
  { signedIn, graph }: Pick<InstallDeps, 'signedIn' | 'graph'>,
  isEnough: (roles: readonly string[]) => boolean = canInstall,
): Promise<Result<void>> {
  const roles = await readDirectoryRoles(signedIn, graph);
  if (!roles.ok) return roles;
  if (isEnough(roles.value)) return ok();
  const held = roles.value.map(roleName).join(', ') || 'no directory role';
  return err(failure('sign-in/not-administrator', `signed in with: ${held}`, { retry: 'after-user' }));
}

export async function connectionOf(
  at: InstallDeps,
  app: Application,
  rest: { readonly expires: number; readonly profile: Connection['profile'] },
): Promise<Connection> {
  const { tenantId } = at.signedIn;
  return {
    tenantId,
    tenantName: await readTenantName(at),
    clientId: app.appId,
    profile: rest.profile,
    certificateExpires: new Date(rest.expires).toISOString(),
    kind: 'app',
    applicationId: app.id,
    account: null,
    homeTenantId: tenantId,
  };
}

async function readTenantName({ graph, signedIn }: InstallDeps): Promise<string> {
  const schema = object({ value: array(looseObject({ displayName: string() })) });
  const answer = await graph.get('/organization?$select=id,displayName', schema, directory);
  return (answer.ok && answer.value.value[0]?.displayName) || signedIn.tenantId;
}
