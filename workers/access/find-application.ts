/**
 * The backup app among a tenant's applications: by its alternate key, or by its name where the tenant takes no such key.
 * Several of one name are told apart, never deleted: ours is the one that holds this device's certificate, else the one
 * with the alternate key, else the oldest.
 */
import type { GenericSchema, InferOutput } from 'valibot';
import { readAll } from '../graph/read-all.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import {
  applicationSchema,
  appPath,
  directory,
  displayName,
  uniqueName,
  type Application,
  type InstallDeps,
  type LookDeps,
} from './installation.ts';
import { entryOf, readKeys } from './key-credentials.ts';

const select = '$select=id,appId,displayName,createdDateTime,uniqueName,spa,requiredResourceAccess';

export interface FoundApplication {
  readonly ours: Application | undefined;
  /** Of the same name. */
  readonly others: readonly Application[];
}

export async function findApplication(at: LookDeps): Promise<Result<FoundApplication>> {
  const keyed = await orNone(at.graph.get(`${appPath}?${select}`, applicationSchema, directory));
  if (!keyed.ok) return keyed;
  const filter = `$filter=${encodeURIComponent(`displayName eq '${displayName}'`)}`;
  const named = await readAll(at.graph, `/applications?${filter}&${select}`, applicationSchema, directory);
  if (!named.ok) return named;
  const rest = named.value.filter(({ id }) => id !== keyed.value?.id);
  const all = keyed.value ? [keyed.value, ...rest] : rest.toSorted(byAge);
  const [first, ...others] = all;
  if (!first || others.length === 0) return ok({ ours: first, others });
  const held = await holderOfOwnKey(at, all);
  if (!held.ok) return held;
  const ours = held.value ?? first;
  return ok({ ours, others: all.filter((one) => one !== ours) });
}

/** Oldest first; where the directory gives no times, in an order that all devices agree on. */
export const byAge = (a: Application, b: Application): number => {
  const [one, other] = [a, b].map(({ createdDateTime, id }) => `${createdDateTime ?? ''} ${id}`);
  return (one ?? '') < (other ?? '') ? -1 : 1;
};

async function holderOfOwnKey(
  at: LookDeps,
  apps: readonly Application[],
): Promise<Result<Application | undefined>> {
  const { store, signedIn } = at;
  const next = await store.nextKey(signedIn.tenantId);
  if (!next.ok) return next;
  const current = await store.deviceKey(signedIn.tenantId);
  if (!current.ok) return current;
  const own = [current.value, next.value].flatMap((key) => key ?? []);
  if (own.length === 0) return ok(undefined);
  for (const app of apps) {
    const registered = await readKeys(at, app);
    if (!registered.ok) return registered;
    if (own.some((key) => entryOf(registered.value, key))) return ok(app);
  }
  return ok(undefined);
}

/** The one that was deleted last, while the directory can still bring it back. */
export async function findDeleted<S extends GenericSchema>(
  at: InstallDeps,
  kind: 'application' | 'servicePrincipal',
  schema: S,
  isIt: (item: InferOutput<S>) => boolean,
): Promise<Result<InferOutput<S> | undefined>> {
  const deleted = await readAll(
    at.graph,
    `/directory/deletedItems/microsoft.graph.${kind}`,
    schema,
    directory,
  );
  return deleted.ok ? ok(deleted.value.findLast(isIt)) : deleted;
}

export const isOurs = (app: Application & { displayName?: unknown }): boolean =>
  app.uniqueName === uniqueName || app.displayName === displayName;

export async function orNone<T>(answer: Promise<Result<T>>): Promise<Result<T | undefined>> {
  const found = await answer;
  if (found.ok) return found;
  return found.error.code === 'graph/not-found' ? ok(undefined) : err(found.error);
}
