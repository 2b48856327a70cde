/** What the tenant holds of one account, reduced to what a restore has to bring back. */
import type { Tenant } from '../tenant/tenant.ts';

const idOf = (tenant: Tenant, upn: string): string => {
  const user = tenant.world.directory.user(upn);
  if (!user) throw new Error(`no ${upn} in the tenant`);
  return user.id;
};

export const messagesOf = (tenant: Tenant, upn: string) =>
  tenant.world.mail.state(idOf(tenant, upn)).messages;

export function filesOf(tenant: Tenant, upn: string) {
  const drive = tenant.world.drives.driveOfUser(idOf(tenant, upn));
  return drive ? tenant.world.drives.state(drive).items.filter(({ kind }) => kind === 'file') : [];
}

/** Loses every mail and file of the account, as the person who owns it could. */
export function loseEverything(tenant: Tenant, upn: string): void {
  const id = idOf(tenant, upn);
  const drive = tenant.world.drives.driveOfUser(id);
  for (const message of messagesOf(tenant, upn)) tenant.world.mail.remove(id, message.id);
  for (const file of filesOf(tenant, upn)) if (drive) tenant.world.drives.remove(drive, file.id);
}

type Message = ReturnType<typeof messagesOf>[number];
type File = ReturnType<typeof filesOf>[number];

/**
 * Left out, because Graph takes none of them back (docs/restore-fields.md): ids, the MIME's own bytes, named properties,
 * and the bytes of an attached message, which Graph writes anew. `target` is the dated folder.
 */
export const messageEssence = ({ id: _id, sha256: _mime, folderPath, ...message }: Message, target = '') => ({
  ...message,
  folderPath: withoutTarget(folderPath, target),
  singleValueExtendedProperties: undefined,
  attachments: message.attachments.map(({ size, sha256, ...rest }) =>
    rest.contentType === null ? rest : { ...rest, size, sha256 },
  ),
});

export const fileEssence = (
  { path, sha256, size, quickXorHash, lastModifiedDateTime }: File,
  target = '',
) => ({
  path: withoutTarget(path, target),
  sha256,
  size,
  quickXorHash,
  lastModifiedDateTime,
});

const withoutTarget = (path: string, target: string): string =>
  target === '' ? path : path.replace(`${target}/`, '');

/** In an order that does not depend on ids. */
export const sorted = (essences: readonly unknown[]): string[] =>
  essences.map((essence) => JSON.stringify(essence)).sort();
