/**
 * Takes every right and credential from the backup app before the app itself goes: a deleted app can be restored, and
 * comes back with what it was not stripped of.
 */
import { unknown } from 'valibot';
import type { DisconnectStep } from '../contract/disconnect.ts';
import { ok, type Result } from '../kernel/result.ts';
import { directory } from './installation.ts';
import {
  readAssignmentIds,
  readGrantIds,
  readRegistered,
  type InstalledApp,
  type Registered,
} from './installed-app.ts';
import { untilGone, type AppToRemove, type RemovalDeps } from './removal.ts';

export interface Rights {
  readonly assignments: readonly string[];
  readonly grants: readonly string[];
}

export async function readRights(
  { graph }: Pick<RemovalDeps, 'graph'>,
  { principal }: InstalledApp,
): Promise<Result<Rights>> {
  if (principal === null) return ok({ assignments: [], grants: [] });
  const assignments = await readAssignmentIds(graph, principal);
  if (!assignments.ok) return assignments;
  const grants = await readGrantIds(graph, principal);
  return grants.ok ? ok({ assignments: assignments.value, grants: grants.value }) : grants;
}

/** All are removed before any is read back: removals spread at the same time. */
export async function removeRights(
  at: RemovalDeps,
  app: AppToRemove,
  found: InstalledApp,
  rights: Rights,
): Promise<Result<void>> {
  const { principal, application } = found;
  const assigned = rights.assignments.map((id) => `/servicePrincipals/${principal}/appRoleAssignments/${id}`);
  const granted = rights.grants.map((id) => `/oauth2PermissionGrants/${id}`);
  const none = async () => ok<string[]>([]);
  const rolesLeft = principal === null ? none : () => readAssignmentIds(at.graph, principal);
  const grantsLeft = principal === null ? none : () => readGrantIds(at.graph, principal);
  // An operator's app keeps its credentials: they are at home, and for all its customers.
  const isOurs = app.kind !== 'operator-app';
  const removals = [
    () => removeEach(at, 'roles', assigned),
    () => removeEach(at, 'grants', granted),
    ...(isOurs ? [() => removeCredentials(at, application)] : []),
    () => readBack(at, 'roles', rolesLeft),
    () => readBack(at, 'grants', grantsLeft),
    ...(isOurs ? [() => readBack(at, 'certificates', () => readCredentials(at, app))] : []),
  ];
  for (const remove of removals) {
    const done = await remove();
    if (!done.ok) return done;
  }
  return ok();
}

async function removeEach(
  { graph, report, reach }: RemovalDeps,
  step: DisconnectStep,
  paths: readonly string[],
): Promise<Result<void>> {
  const reached = await reach(step);
  if (!reached.ok) return reached;
  for (const [index, path] of paths.entries()) {
    report({ step, state: 'running', note: `Removing ${index + 1} of ${paths.length}` });
    const removed = await graph.send('DELETE', path, undefined, unknown(), directory);
    if (!removed.ok && removed.error.code !== 'graph/not-found') return removed;
  }
  return ok();
}

/** Holdfast makes no secret; one that somebody else made would open a restored app all the same. */
async function removeCredentials(
  { graph, report, reach }: RemovalDeps,
  application: Registered | null,
): Promise<Result<void>> {
  const step = 'certificates';
  const reached = await reach(step);
  if (!reached.ok || application === null) return reached;
  const { id, keys, secrets } = application;
  for (const [index, keyId] of secrets.entries()) {
    report({ step, state: 'running', note: `Removing secret ${index + 1} of ${secrets.length}` });
    const path = `/applications/${id}/removePassword`;
    const removed = await graph.send('POST', path, { keyId }, unknown(), { ...directory, idempotent: true });
    if (!removed.ok && !isGone(removed.error.code)) return removed;
  }
  if (keys.length === 0) return ok();
  report({ step, state: 'running', note: `Removing ${keys.length}` });
  const emptied = { keyCredentials: [] };
  const options = { ...directory, idempotent: true };
  const written = await graph.send('PATCH', `/applications/${id}`, emptied, unknown(), options);
  return written.ok || written.error.code === 'graph/not-found' ? ok() : written;
}

/** A secret that a lost answer has removed already is a bad request the second time. */
const isGone = (code: string): boolean => code === 'graph/not-found' || code === 'graph/bad-request';

async function readBack(
  at: RemovalDeps,
  step: DisconnectStep,
  read: () => Promise<Result<readonly unknown[]>>,
): Promise<Result<void>> {
  const gone = await untilGone<void>(at, step, async () => {
    const left = await read();
    if (!left.ok) return left;
    return left.value.length > 0 ? ok('left') : ok();
  });
  if (gone.ok) at.report({ step, state: 'done', note: 'Read back: none left' });
  return gone;
}

async function readCredentials(
  { graph }: RemovalDeps,
  { clientId }: AppToRemove,
): Promise<Result<readonly unknown[]>> {
  const now = await readRegistered(graph, clientId);
  return now.ok ? ok(now.value ? [...now.value.keys, ...now.value.secrets] : []) : now;
}
