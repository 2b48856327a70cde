/** The backup app's registration: found again, brought back, or made; never made twice. */
import { unknown } from 'valibot';
import type { Profile } from '../contract/check.ts';
import { ok, type Result } from '../kernel/result.ts';
import { byAge, findApplication, findDeleted, isOurs, type FoundApplication } from './find-application.ts';
import {
  applicationSchema,
  appPath,
  directory,
  displayName,
  patienceFor,
  type Application,
  type Installation,
} from './installation.ts';
import { isNotThereYet, untilReplicated } from './patience.ts';
import { profileOf } from './profile-of.ts';
import { resources, type ResourceName } from './permissions.ts';
import { permissionsOf } from './profiles.ts';

const select = '?$select=id,appId,createdDateTime,uniqueName,spa,requiredResourceAccess';

export interface InstalledApplication {
  readonly app: Application;
  /** What it was registered for until now. */
  readonly before: Profile;
  readonly note: string;
}

export async function installApplication(at: Installation): Promise<Result<InstalledApplication>> {
  const found = await findApplication(at);
  if (!found.ok) return found;
  const kept = await (at.reach?.('application', { profile: at.profile }) ?? ok());
  if (!kept.ok) return kept;
  const known = found.value.ours ? ok(found.value.ours) : await restore(at);
  if (!known.ok) return known;
  if (!known.value) {
    const made = await make(at);
    return made.ok ? ok({ ...made.value, before: at.profile }) : made;
  }
  const path = `/applications/${known.value.id}`;
  const written = await untilReplicated(
    () =>
      at.graph.send('PATCH', path, wishes(at, known.value), unknown(), { ...directory, idempotent: true }),
    isNotThereYet,
    patienceFor(at, 'application', 'the app to appear'),
  );
  if (!written.ok) return written;
  const note = found.value.ours ? othersIn(found.value) : 'It was deleted: brought back';
  return ok({ app: known.value, before: profileOf(known.value), note });
}

/** Where the registration still names a wider profile than a reading one: once the roles of that are gone, never before. */
export async function declareProfile(
  at: Installation,
  { app, before }: InstalledApplication,
): Promise<Result<void>> {
  if (!isNarrowed(at, before)) return ok();
  const requiredResourceAccess = requiredAccess(at.profile);
  const options = { ...directory, idempotent: true };
  const path = `/applications/${app.id}`;
  const written = await at.graph.send('PATCH', path, { requiredResourceAccess }, unknown(), options);
  return written.ok ? ok() : written;
}

/** As long as it says so, a role to write is known to be one of that profile, and no lent one, on whichever device. */
const isNarrowed = ({ profile }: Installation, before: Profile): boolean =>
  profile === 'read-only' && before !== 'read-only';

function othersIn({ others }: FoundApplication): string {
  if (others.length === 0) return '';
  const ids = others.map(({ appId }) => appId).join(', ');
  return `Found. Another app has the same name (${ids}): delete it in Entra if no device of yours uses it`;
}

/** With the keys of its devices and, as Entra does it, what was granted to it. */
async function restore(at: Installation): Promise<Result<Application | undefined>> {
  const deleted = await findDeleted(at, 'application', applicationSchema, isOurs);
  if (!deleted.ok || !deleted.value) return deleted;
  const { id } = deleted.value;
  const path = `/directory/deletedItems/${id}/restore`;
  const restored = await at.graph.send('POST', path, undefined, unknown(), directory);
  // Somebody else, or a try that was cut short, has done it.
  if (!restored.ok && restored.error.code !== 'graph/not-found') return restored;
  return untilThere(at, `/applications/${id}`);
}

const untilThere = (at: Installation, path: string): Promise<Result<Application>> =>
  untilReplicated(
    () => at.graph.get(path + select, applicationSchema, directory),
    isNotThereYet,
    patienceFor(at, 'application', 'the app to appear'),
  );

type Made = Omit<InstalledApplication, 'before'>;

async function make(at: Installation): Promise<Result<Made>> {
  const fields = {
    ...wishes(at),
    displayName,
    signInAudience: 'AzureADMyOrg',
    groupMembershipClaims: 'DirectoryRole',
    tags: ['HideApp'],
  };
  // "Upsert application": the alternate key makes it one request, so that two devices cannot make two apps.
  const upserted = await at.graph.send('PATCH', appPath, fields, unknown(), {
    ...directory,
    headers: { Prefer: 'create-if-missing' },
    idempotent: true,
  });
  if (!upserted.ok && upserted.error.code === 'graph/bad-request') return makeWithoutKey(at, fields);
  if (!upserted.ok) return upserted;
  const app = await untilThere(at, appPath);
  return app.ok ? ok({ app: app.value, note: '' }) : app;
}

/**
 * Where the directory takes no alternate key, two devices can make two apps at once. Both see both then: the younger one
 * is taken back by the device that has just made it, before anything uses it.
 */
async function makeWithoutKey(at: Installation, fields: object): Promise<Result<Made>> {
  const made = await at.graph.send('POST', '/applications', fields, applicationSchema, directory);
  if (!made.ok) return made;
  const mine = await untilThere(at, `/applications/${made.value.id}`);
  if (!mine.ok) return mine;
  const found = await findApplication(at);
  if (!found.ok) return found;
  const { ours, others } = found.value;
  const [oldest = mine.value] = [...(ours ? [ours] : []), ...others].toSorted(byAge);
  if (oldest.id === mine.value.id) return ok({ app: mine.value, note: '' });
  const removed = await at.graph.send(
    'DELETE',
    `/applications/${mine.value.id}`,
    undefined,
    unknown(),
    directory,
  );
  return removed.ok ? ok({ app: oldest, note: 'Another device made it at the same time' }) : removed;
}

/** Besides its redirect addresses, what Entra's own screens list as asked for; it grants nothing. */
function wishes(at: Installation, known?: Application) {
  const redirectUris = [...new Set([...(known?.spa?.redirectUris ?? []), ...at.redirectUris])];
  const keeps = known && isNarrowed(at, profileOf(known));
  return {
    spa: { redirectUris },
    ...(!keeps && { requiredResourceAccess: requiredAccess(at.profile) }),
  };
}

function requiredAccess(profile: Profile) {
  const wanted = permissionsOf(profile);
  const names = [...new Set(wanted.map(({ resource }) => resource))];
  return names.map((name: ResourceName) => ({
    resourceAppId: resources[name].appId,
    resourceAccess: wanted
      .filter(({ resource }) => resource === name)
      .map(({ id, kind }) => ({ id, type: kind })),
  }));
}
