/** Permissions of an item as Graph prints them: its own, its owner's, and those from above. */
import type { Entity } from '../graph/odata.ts';
import { ancestorsOf, pathOf, type Grant, type Item } from './item.ts';
import type { ItemCall } from './item-call.ts';

export function grantsJson(call: ItemCall, item: Item): Entity[] {
  const own = item.grants.map((grant) => grantJson(grant));
  const inherited = [...ancestorsOf(item)].flatMap((above) =>
    above.grants.map((grant) => ({ ...grantJson(grant), inheritedFrom: inheritedFrom(call, above) })),
  );
  return [...ownerJson(call, item), ...inherited, ...own];
}

/** Everything in a OneDrive is its owner's; below the root that right is inherited. */
function ownerJson(call: ItemCall, item: Item): Entity[] {
  const { owner } = call.drive.facts;
  const user =
    'userId' in owner
      ? { id: owner.userId, displayName: owner.displayName }
      : { displayName: `${owner.name} Owners` };
  return [
    {
      id: Buffer.from(`owner:${call.drive.id.slice(-12)}`).toString('base64url'),
      roles: ['owner'],
      grantedToV2: 'userId' in owner ? { user } : { siteGroup: user },
      grantedTo: { user },
      ...(item.parent ? { inheritedFrom: inheritedFrom(call, call.drive.root) } : {}),
    },
  ];
}

function inheritedFrom({ drive }: ItemCall, item: Item): Entity {
  const path = pathOf(item);
  return { driveId: drive.id, id: item.id, path: `/drives/${drive.id}/root:${path === '/' ? '' : path}` };
}

export function grantJson(grant: Grant): Entity {
  const { id, roles, grantedTo, link, expirationDateTime } = grant;
  const user = grantedTo && { id: grantedTo.id ?? grantedTo.email, displayName: grantedTo.displayName };
  return {
    id,
    roles,
    ...(user ? { grantedToV2: { user }, grantedTo: { user } } : {}),
    ...(link
      ? { link: { ...link, preventsDownload: false }, hasPassword: false, grantedToIdentitiesV2: [] }
      : {}),
    ...(expirationDateTime ? { expirationDateTime } : {}),
  };
}
