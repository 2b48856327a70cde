/** Permissions, invitations and links. https://learn.microsoft.com/graph/api/driveitem-invite */
import { GraphError } from '../graph/context.ts';
import { itemNotFound } from './address.ts';
import { contextUrl, itemKey, itemOf, type ItemCall } from './item-call.ts';
import type { Grant, Item } from './item.ts';
import { isRecord, readBody, textOf, type Body } from './request-body.ts';
import { grantJson, grantsJson } from './sharing-json.ts';

export function listPermissions(call: ItemCall): Response {
  const item = itemOf(call);
  const context = contextUrl(call, `${itemKey(call, item)}/permissions`);
  return call.c.json({ '@odata.context': context, value: grantsJson(call, item) });
}

export function getPermission(call: ItemCall): Response {
  const item = itemOf(call);
  const found = grantsJson(call, item).find(({ id }) => id === call.address.suffix[1]);
  if (!found) throw itemNotFound();
  return call.c.json({
    '@odata.context': contextUrl(call, `${itemKey(call, item)}/permissions/$entity`),
    ...found,
  });
}

export async function patchPermission(call: ItemCall): Promise<Response> {
  const item = itemOf(call);
  const grant = item.grants.find(({ id }) => id === call.address.suffix[1]);
  if (!grant) throw itemNotFound();
  grant.roles = rolesOf(await readBody(call.c));
  call.drive.log.record(item, 'sharing');
  const context = contextUrl(call, `${itemKey(call, item)}/permissions/$entity`);
  return call.c.json({ '@odata.context': context, ...grantJson(grant) });
}

export function deletePermission(call: ItemCall): Response {
  if (!call.drive.removeGrant(itemOf(call), call.address.suffix[1] ?? '')) throw itemNotFound();
  return call.c.body(null, 204);
}

/** With `sendInvitation` the service writes to every recipient: it is in the outbox afterwards. */
export async function invite(call: ItemCall): Promise<Response> {
  const item = itemOf(call);
  requireSharing(call);
  const body = await readBody(call.c);
  const roles = rolesOf(body);
  const people = recipientsOf(call, body);
  const grants = people.map((grantedTo): Grant => ({ id: call.world.ids.opaque(18), roles, grantedTo }));
  for (const grant of grants) call.drive.addGrant(item, grant);
  if (body['sendInvitation'] === true) notify(call, item, people);
  return call.c.json({
    '@odata.context': contextUrl(call, 'Collection(permission)'),
    value: grants.map(grantJson),
  });
}

export async function createLink(call: ItemCall): Promise<Response> {
  const item = itemOf(call);
  requireSharing(call);
  const body = await readBody(call.c);
  const type = textOf(body, 'type') ?? 'view';
  const scope = textOf(body, 'scope') ?? 'organization';
  if (!['view', 'edit', 'embed'].includes(type) || !['anonymous', 'organization', 'users'].includes(scope)) {
    throw new GraphError(400, 'invalidRequest', 'The type or scope of the link is not valid.');
  }
  const existing = item.grants.find(({ link }) => link?.type === type && link.scope === scope);
  const grant = existing ?? newLink(call, type, scope);
  if (!existing) call.drive.addGrant(item, grant);
  const people = 'recipients' in body ? recipientsOf(call, body) : [];
  if (people.length > 0 && body['sendNotification'] !== false) notify(call, item, people);
  return call.c.json(
    { '@odata.context': contextUrl(call, 'permission'), ...grantJson(grant) },
    existing ? 200 : 201,
  );
}

function newLink({ world, drive }: ItemCall, type: string, scope: string): Grant {
  const site = new URL(world.drives.urls.site(drive));
  const webUrl = `${site.origin}/:u:/g${drive.facts.sitePath}/${world.ids.opaque(24)}`;
  return { id: world.ids.guid(), roles: [type === 'edit' ? 'write' : 'read'], link: { type, scope, webUrl } };
}

type Person = NonNullable<Grant['grantedTo']>;

function notify({ world, drive }: ItemCall, item: Item, people: readonly Person[]): void {
  const { owner } = drive.facts;
  world.outbox.sent.push({
    at: world.clock.iso(),
    kind: 'sharing-invitation',
    from: 'userId' in owner ? owner.upn : owner.name,
    to: people.map(({ email }) => email),
    subject: `"${item.name}" was shared with you`,
  });
}

function requireSharing({ drive }: ItemCall): void {
  if (drive.sharingDisabled) {
    throw new GraphError(403, 'accessDenied', 'Sharing has been disabled on this site.', {
      innerCode: 'sharingDisabled',
    });
  }
}

function rolesOf(body: Body): string[] {
  const roles = body['roles'];
  const known = (role: unknown): role is string => role === 'read' || role === 'write';
  if (Array.isArray(roles) && roles.length > 0 && roles.every(known)) return roles;
  throw new GraphError(400, 'invalidRequest', 'One or more of the roles are not valid.');
}

function recipientsOf({ world }: ItemCall, body: Body): Person[] {
  const list: unknown[] = Array.isArray(body['recipients']) ? body['recipients'] : [];
  const people = list.filter(isRecord).flatMap((recipient): Person[] => {
    const email = textOf(recipient, 'email') ?? textOf(recipient, 'alias');
    const user = world.directory.user(textOf(recipient, 'objectId') ?? email ?? '');
    if (user)
      return [{ id: user.id, displayName: user.displayName, email: user.mail ?? user.userPrincipalName }];
    return email?.includes('@') ? [{ displayName: email, email }] : [];
  });
  if (people.length === 0 || people.length < list.length) {
    throw new GraphError(400, 'invalidRequest', 'No users or groups could be resolved from the recipients.', {
      innerCode: 'noResolvedUsers',
    });
  }
  return people;
}
