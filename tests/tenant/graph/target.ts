/** What a Graph call is about: its routable path, its shape, and whom it is about. */
import type { World } from '../world/world.ts';
import { GraphError, type Caller } from './context.ts';
import { routeOf, toRoutable } from './route.ts';

export interface Target {
  /** Below `/v1.0`, with `/me` as the caller's own user. */
  readonly path: string;
  readonly route: string;
  readonly userId: string | undefined;
  /** About the calling person or app itself, or about nobody in particular. Whose a drive is, the drive knows. */
  readonly isOwn: boolean;
}

function resolveMe(path: string, caller: Caller): string {
  if (!/^\/me(\/|$)/.test(path)) return path;
  if (caller.kind === 'app') {
    throw new GraphError(400, 'BadRequest', '/me request is only valid with delegated authentication flow.');
  }
  return `/users/${caller.objectId}${path.slice('/me'.length)}`;
}

/** The user a path starts with, by id where it is known. */
function addressedUser(world: World, path: string): string | undefined {
  const key = /^\/users\/([^/]+)/.exec(path)?.[1];
  if (key === undefined) return undefined;
  const decoded = decodeURIComponent(key);
  return world.directory.user(decoded)?.id ?? decoded;
}

function addressedApp(world: World, path: string): string | undefined {
  const key = /^\/applications\/([^/]+)/.exec(path)?.[1];
  if (key === undefined) return undefined;
  return world.directory.apps.application(decodeURIComponent(key))?.appId ?? key;
}

/** The app that created the addressed group, null where no app did or it is not there. */
function creatorOfGroup(world: World, path: string): string | null | undefined {
  const key = /^\/groups\/([^/$]+)/.exec(path)?.[1];
  return key === undefined ? undefined : (world.directory.group(key)?.createdByAppId ?? null);
}

/** `pathname` starts with `/v1.0` or `/beta`; `version.ts` tells them apart. */
export function targetOf(world: World, pathname: string, caller: Caller): Target {
  const version = /^\/(v1\.0|beta)(?=\/|$)/i.exec(pathname);
  if (!version) throw new GraphError(400, 'BadRequest', `Invalid version: ${pathname.split('/')[1] ?? ''}.`);
  const path = resolveMe(toRoutable(pathname.slice(version[0].length)), caller);
  const userId = addressedUser(world, path);
  const appId = addressedApp(world, path);
  const creator = creatorOfGroup(world, path);
  const isOwn =
    (userId ?? caller.objectId) === caller.objectId &&
    (appId ?? caller.appId) === caller.appId &&
    (creator === undefined || creator === caller.appId);
  return { path, route: routeOf(path), userId, isOwn };
}
