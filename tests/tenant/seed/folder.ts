/** A tenant from a folder: `<upn>/mail/<Folder/Path>/*.eml`, `<upn>/files/**`, `sites/<name>/files/**`. */
import { existsSync, readdirSync, statSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { skuId } from '../directory/licences.ts';
import { roleIds } from '../directory/roles.ts';
import type { World } from '../world/world.ts';
import { addAccount, addSite } from './accounts.ts';
import { seedFiles } from './files-folder.ts';
import { seedMailFolder } from './mail-folder.ts';
import { createSeedReport, type SeedReport } from './report.ts';

const foldersIn = (directory: string): string[] =>
  existsSync(directory)
    ? readdirSync(directory, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort()
    : [];

/** The seed cannot be read: said to whoever started the tenant, before it answers anything. */
export class NoSeedFolder extends Error {}

function requireFolder(directory: string): void {
  const found = statSync(directory, { throwIfNoEntry: false });
  if (found?.isDirectory()) return;
  const why = found ? 'It is a file, not a folder' : 'There is no such folder';
  throw new NoSeedFolder(`--seed ${directory}: ${why}.`);
}

const usersIn = (directory: string) => foldersIn(directory).filter((name) => name.includes('@'));

/** The domain most of the folders are in; `contoso.example` where there are none. Throws `NoSeedFolder`. */
export function folderTenant(directory: string) {
  requireFolder(directory);
  const domains = usersIn(directory).map((upn) => upn.split('@')[1] ?? '');
  const count = (domain: string) => domains.filter((one) => one === domain).length;
  const domain = domains.toSorted((a, b) => count(b) - count(a))[0] ?? 'contoso.example';
  const name = (domain.split('.')[0] ?? 'contoso').replace(/[^a-z0-9]/gi, '').toLowerCase();
  return { name, displayName: name.charAt(0).toUpperCase() + name.slice(1), domain };
}

/** `amy.fisher` is Amy Fisher. */
const nameOf = (upn: string) =>
  (upn.split('@')[0] ?? upn)
    .split(/[._-]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');

function addPerson(world: World, upn: string, roles: string[]) {
  const displayName = nameOf(upn);
  const [givenName = null, surname = null] = displayName.split(' ');
  const createdDateTime = '2023-05-16T08:12:00Z';
  const assignedSkus = [skuId('SPB')];
  const names = { userPrincipalName: upn, displayName, givenName, surname };
  return addAccount(world, { ...names, createdDateTime, assignedSkus, roles, usageLocation: 'DE' });
}

/** Names what lies where nothing is taken from. */
function dropOthers(directory: string, isKnown: (entry: Dirent) => boolean, report: SeedReport): void {
  if (!existsSync(directory)) return;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (!isKnown(entry)) report.drop(join(directory, entry.name), 'is in no place a tenant is made from');
  }
}

const named =
  (...names: string[]) =>
  (entry: Dirent) =>
    entry.isDirectory() && names.includes(entry.name);

export function seedFolder(world: World, directory: string): SeedReport {
  const report = createSeedReport();
  const upns = usersIn(directory);
  const units = Math.max(25, upns.length + 5);
  world.directory.subscriptions.push({ skuId: skuId('SPB'), units, capabilityStatus: 'Enabled' });
  const admin = `admin@${world.tenant.domain}`;
  if (!upns.includes(admin)) addPerson(world, admin, [roleIds.globalAdministrator]);
  dropOthers(directory, named('sites', ...upns), report);
  for (const upn of upns) {
    const home = join(directory, upn);
    const user = addPerson(world, upn, upn === admin ? [roleIds.globalAdministrator] : []);
    dropOthers(home, named('mail', 'files'), report);
    seedMailFolder(world, user.id, join(home, 'mail'), report);
    const drive = world.drives.driveOfUser(user.id);
    if (drive !== undefined) seedFiles(world, drive, join(home, 'files'), report);
  }
  const sites = join(directory, 'sites');
  dropOthers(sites, (entry) => entry.isDirectory(), report);
  for (const name of foldersIn(sites)) {
    dropOthers(join(sites, name), named('files'), report);
    seedFiles(world, addSite(world, name), join(sites, name, 'files'), report);
  }
  return report;
}
