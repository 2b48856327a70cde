/** Enforces, call by call, what a token allows: the documented table, our overrides, the user's own rights. */
import table from '../data/route-permissions.json' with { type: 'json' };
import type { Switches } from '../world/switches.ts';
import type { Caller } from './context.ts';
import { overrides } from './permission-overrides.ts';
import { workloadOf } from './route.ts';

export interface Call {
  readonly method: string;
  /** From `routeOf`. */
  readonly route: string;
  /** Does the call address the caller's own user object, mailbox, drive or app registration? */
  readonly ownResource: boolean;
}

const rows = table.routes as Readonly<Record<string, readonly number[] | undefined>>;

/** Drives have many addresses and one set of rights; folders below folders count as folders; `$value` follows its item. */
function permissionRoute(route: string): string {
  return route
    .toLowerCase()
    .replace(/^\/(users|sites|groups)\/\{id\}\/drives\/\{id\}(?=\/)/, '/drives/{id}')
    .replace(/^\/(users|sites|groups)\/\{id\}\/drive(?=\/)/, '/drives/{id}')
    .replace(
      /^\/drives\/\{id\}\/(root|special\/\{id\})(?!\/(delta|search))(?=\/|$)/,
      '/drives/{id}/items/{id}',
    )
    .replace(/^\/drives\/\{id\}\/items\/\{id\}\/delta$/, '/drives/{id}/root/delta')
    .replace(/(\/mailfolders\/\{id\})(\/childfolders\/\{id\})+/, '$1')
    .replace(/\/\$(value|count)$/, '');
}

interface Alternatives {
  readonly delegated: readonly string[];
  readonly application: readonly string[];
}

function documented(key: string): Alternatives | undefined {
  const override = overrides[key];
  if (override) return override;
  const row = rows[key];
  if (!row) return undefined;
  return { delegated: table.sets[row[0] ?? -1] ?? [], application: table.sets[row[1] ?? -1] ?? [] };
}

const documentedRoutes = new Set(
  [...Object.keys(rows), ...Object.keys(overrides)].map((key) => key.slice(key.indexOf(' ') + 1)),
);

/** Has Graph an operation at exactly this route, with whatever method? */
export const isDocumented = (route: string): boolean => documentedRoutes.has(permissionRoute(route));

/** The row of a route; a route without one follows the collection or item it lies in. Undefined: not a known route. */
export function permissionsOf(method: string, route: string): Alternatives | undefined {
  const verbs = method === 'GET' || method === 'HEAD' ? ['GET'] : [method, 'PATCH', 'POST', 'PUT'];
  for (let path = permissionRoute(route); path !== ''; path = path.slice(0, path.lastIndexOf('/'))) {
    for (const verb of verbs) {
      const found = documented(`${verb} ${path}`);
      if (found) return found;
    }
  }
  return undefined;
}

const weaker: Readonly<Record<string, string>> = {
  FullControl: 'Manage',
  Manage: 'ReadWrite',
  ReadWrite: 'Read',
  Read: 'ReadBasic',
};

/** `Files.ReadWrite.All` implies `Files.Read.All` and, for oneself, `Files.ReadWrite`. */
function impliedByOne(permission: string, kind: Caller['kind']): string[] {
  const [area = '', verb = '', ...rest] = permission.split('.');
  const tail = rest.map((part) => `.${part}`).join('');
  const implied: string[] = [];
  if (weaker[verb] !== undefined && tail !== '.OwnedBy') implied.push(`${area}.${weaker[verb]}${tail}`);
  if (tail === '.All') implied.push(`${area}.${verb}`);
  // An app's `Mail.Read` is about all mailboxes.
  if (verb === 'Read' && kind === 'app') implied.push(`${area}.ReadBasic.All`);
  return implied;
}

function impliedBy({ kind, permissions }: Caller): Set<string> {
  const all = new Set<string>(permissions);
  // A set being iterated also gives what is added on the way.
  for (const permission of all) for (const one of impliedByOne(permission, kind)) all.add(one);
  return all;
}

const isForAnyone = (permission: string) => /\.(All|Shared|Create|Directory)$/.test(permission);

/**
 * A delegated token reaches another person's mailbox or drive only through `.Shared` and delegation, which the tenant
 * does not have; another person's directory object only through `.All`.
 */
function reaches(call: Call, alternative: string): boolean {
  if (call.ownResource || !call.route.startsWith('/users/{id}')) return true;
  return workloadOf(call.route) === 'directory' && alternative.split('+').every(isForAnyone);
}

/** What an app may do beside the documented table. */
function mayAnyway({ ownResource, route }: Call, held: ReadonlySet<string>, switches: Switches): boolean {
  // Microsoft Learn, "application: addKey": an application needs no permission to roll its own keys.
  if (ownResource && /^\/applications\/\{id\}\/(addKey|removeKey)$/.test(route)) return true;
  const isCreatedGroup = ownResource && route.startsWith('/groups/{id}') && workloadOf(route) === 'directory';
  if (isCreatedGroup && switches.createdGroups === 'managed' && held.has('Group.Create')) return true;
  const isUploadSession = /^\/(drives|sites|users\/\{id\}\/drive).*\/createUploadSession$/i.test(route);
  return isUploadSession && switches.appUploadSession === 'allowed' && held.has('Files.ReadWrite.All');
}

export function isPermitted(call: Call, caller: Caller, switches: Switches): boolean {
  const needed = permissionsOf(call.method, call.route);
  if (needed === undefined) return true;
  const held = impliedBy(caller);
  const holds = (alternative: string) => alternative.split('+').every((part) => held.has(part));
  if (caller.kind === 'app') return mayAnyway(call, held, switches) || needed.application.some(holds);
  const asUser = held.has('Directory.AccessAsUser.All') && workloadOf(call.route) === 'directory';
  if (asUser && switches.accessAsUser === 'honoured') return true;
  return needed.delegated.some((one) => reaches(call, one) && holds(one));
}
