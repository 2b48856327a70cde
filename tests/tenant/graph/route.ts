/**
 * Graph addresses one thing in many ways. `toRoutable` brings a path to the one form the routes know;
 * `routeOf` reduces it to its shape, by which calls are counted, permitted, throttled and made to fail.
 */

const words = (text: string) => text.split(/\s+/).filter((word) => word !== '');

/** Segments that are names, not ids, in the case the routes use; Graph matches them in any case. */
const names = words(`
  $batch $count $ref $value addKey addPassword applications appRoleAssignedTo appRoleAssignments
  attachments attachmentSessions calendar calendarGroups calendars calendarView checkin checkout checklistItems childFolders
  children contactFolders contacts content copy createLink createUploadSession defaultAppManagementPolicy
  deletedItems delta
  directReports directory directoryRoles domains drive drives events federatedIdentityCredentials fields following
  forward getAllSites groups instances invite items licenseDetails linkedResources lists mailboxSettings
  mailFolders manager masterCategories me memberOf members messages move oauth2PermissionGrants
  organization outlook owners permanentDelete permissions photo photos policies recent removeKey removePassword
  reply replyAll restore restoreVersion revokeSignInSessions roleAssignments roleDefinitions
  roleEligibilityScheduleInstances roleManagement root search send sendMail servicePrincipals sharedWithMe
  sites special subscribedSkus subscriptions tasks thumbnails todo transitiveMemberOf transitiveMembers transitiveRoleAssignments
  translateExchangeIds userPurpose users versions createForward createReply createReplyAll
`);
const nameByLower = new Map(names.map((name) => [name.toLowerCase(), name]));

/** After these comes an id, or the name of an operation on the collection. */
const collections = new Set(
  words(`
    users messages mailFolders childFolders attachments drives items sites special applications
    servicePrincipals groups contacts events lists tasks domains deletedItems organization permissions
    versions oauth2PermissionGrants subscriptions
  `),
);
const operations = new Set(['$count', '$ref', 'delta', 'getAllSites', 'createUploadSession']);

/** Is the segment after `before` an id, although it may read like a name (`mailFolders/drafts`, `items/root`)? */
const isIdAfter = (before: string, name: string) =>
  collections.has(before) && !operations.has(name) && !(before === 'sites' && name === 'root');

/** For each segment the name it is, undefined where it is an id. */
function namesIn(segments: readonly string[]): (string | undefined)[] {
  const found: (string | undefined)[] = [];
  for (const segment of segments) {
    const name = nameByLower.get(segment.toLowerCase());
    found.push(name !== undefined && !isIdAfter(found.at(-1) ?? '', name) ? name : undefined);
  }
  return found;
}

const safeDecode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** `users('a%40b')` is `users/a%40b`, `servicePrincipals(appId='…')` is `servicePrincipals/appId=…`, `delta()` is `delta`. */
function openKeys(segment: string): string[] {
  const call = /^([$\w.]+?)\((.*)\)$/.exec(safeDecode(segment));
  if (!call) return [segment];
  const [, name = '', inside = ''] = call;
  const bare = name.replace(/^microsoft\.graph\./, '');
  if (inside === '') return [bare];
  const keyed = /^(?:(\w+)=)?'((?:[^']|'')*)'$/.exec(inside);
  if (!keyed) return [segment];
  const [, key, value = ''] = keyed;
  if (bare === 'search') return [segment];
  return [bare, encodeURIComponent((key ? `${key}=` : '') + value.replaceAll("''", "'"))];
}

/** Path addressing (`root:/a/b:/children`, `items/{id}:/a:`) holds file names, which are left alone. */
function splitAtColon(path: string): { segments: string[]; byPath: string } {
  const start = path.search(/:(\/|$)/);
  if (start < 0) return { segments: path.split('/').slice(1), byPath: '' };
  return { segments: path.slice(0, start).split('/').slice(1), byPath: path.slice(start) };
}

/** The path below `/v1.0` in the form the routes know: keys as segments, names in their own case. */
export function toRoutable(path: string): string {
  const { segments, byPath } = splitAtColon(path.replace(/\/+$/, ''));
  const opened = segments.flatMap(openKeys);
  const named = namesIn(opened).map((name, index) => name ?? opened[index] ?? '');
  return `/${named.join('/')}${byPath}`;
}

/** The shape of a routable path: `/users/{id}/mailFolders/{id}/messages`. Path addressing counts as an item. */
export function routeOf(routable: string): string {
  const collapsed = routable
    .replace(/\/root:\/(?:[^:]*)(?::(?=\/)|:?$)/, '/items/:')
    .replace(/\/items\/[^/:]+:\/(?:[^:]*)(?::(?=\/)|:?$)/, '/items/:')
    .replace(/^\/sites\/[^/:]+:\/[^:]*(?::(?=\/)|:?$)/, '/sites/:')
    .replace(/\/search\([^)]*\)/i, '/search');
  const segments = collapsed.split('/').slice(1);
  const shaped = namesIn(segments).map((name) => name ?? '{id}');
  return `/${shaped.join('/')}`;
}

/** Which service answers a route: decides wording of errors and how it is throttled. */
export type Workload = 'outlook' | 'files' | 'directory';

const outlookRoots =
  /^\/users\/\{id\}\/(mail|messages|calendar|contact|events|todo|outlook|translate|sendMail)/i;

export function workloadOf(route: string): Workload {
  if (outlookRoots.test(route)) return 'outlook';
  return /^\/(drives|sites)|^\/(users|groups)\/\{id\}\/(drive|sites)/i.test(route) ? 'files' : 'directory';
}
