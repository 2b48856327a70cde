/**
 * What a call takes from its pool, in Microsoft's resource units
 * (learn.microsoft.com/graph/throttling-limits; sharepoint/dev "Avoid getting throttled").
 */
import type { Pool } from './client.ts';

export function unitsOf(pool: Pool, method: string, path: string): number {
  if (pool === 'drive') return driveUnits(method, path);
  if (pool === 'directory') return directoryUnits(method, path);
  return 1;
}

function driveUnits(method: string, path: string): number {
  if (/\/(permissions|invite|createLink)\b|\$expand=[^&]*permissions/.test(path)) return 5;
  if (method !== 'GET') return 2;
  if (/\/delta\b/.test(path)) return /token=/i.test(path) ? 1 : 2;
  return /\/(children|search)\b/.test(path) ? 2 : 1;
}

function directoryUnits(method: string, path: string): number {
  if (method !== 'GET') return 1;
  let units = 2;
  if (/\/transitive/.test(path)) units = 5;
  else if (/\/(members|subscribedSkus)\b/.test(path)) units = 3;
  const top = /\$top=(\d+)/.exec(path)?.[1];
  if (path.includes('$select=')) units -= 1;
  if (path.includes('$expand=')) units += 1;
  if (top !== undefined && Number(top) < 20) units -= 1;
  return Math.max(1, units);
}

/** The pool a path belongs to, where it shows; parts of one batch may go to several services. */
export function poolOfPath(path: string, otherwise: Pool): Pool {
  if (/^\/(drives|sites|shares)\//.test(path)) return 'drive';
  const user = /^\/users\/([^/?]+)\/(\w+)/.exec(path);
  if (!user) return otherwise;
  const [, id = '', segment = ''] = user;
  if (/^drives?$/.test(segment)) return 'drive';
  if (/^(messages|mailFolders|mailboxSettings|outlook|calendar|event|contact|todo|inference)/.test(segment)) {
    return `mailbox:${id}`;
  }
  return otherwise;
}
