/** The backup app's registration and its service principal; both are found again, never made twice. */
import { unknown } from 'valibot';
import type { Profile } from '../contract/check.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import {
  applicationSchema,
  appPath,
  directory,
  patienceFor,
  principalSchema,
  type Application,
  type Installation,
} from './installation.ts';
import { isNotKnownYet, isNotThereYet, untilReplicated } from './patience.ts';
import { resources, type ResourceName } from './permissions.ts';
import { permissionsOf } from './profiles.ts';

const select = '?$select=id,appId,spa';

export async function installApplication(at: Installation): Promise<Result<Application>> {
  const found = await at.graph.get(appPath + select, applicationSchema, directory);
  if (!found.ok && found.error.code !== 'graph/not-found') return found;
  const known = found.ok ? (found.value.spa?.redirectUris ?? []) : [];
  const changes = {
    spa: { redirectUris: [...new Set([...known, ...at.redirectUris])] },
    requiredResourceAccess: requiredAccess(at.profile),
    ...(!found.ok && {
      displayName: 'Holdfast Backup',
      signInAudience: 'AzureADMyOrg',
      groupMembershipClaims: 'DirectoryRole',
      tags: ['HideApp'],
    }),
  };
  // "Upsert application": the alternate key makes it one request, so that two devices cannot make two apps.
  const written = await at.graph.send('PATCH', appPath, changes, unknown(), {
    ...directory,
    headers: { Prefer: 'create-if-missing' },
    idempotent: true,
  });
  if (!written.ok) return written;
  return untilReplicated(
    () => at.graph.get(appPath + select, applicationSchema, directory),
    isNotThereYet,
    patienceFor(at, 'application', 'the app to appear'),
  );
}

/** Lists what is asked for in Entra's own screens; it grants nothing. */
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

/** Gives the object id of the app's service principal. */
export async function installPrincipal(at: Installation, app: Application): Promise<Result<string>> {
  const path = `/servicePrincipals(appId='${app.appId}')?$select=id,appId`;
  const found = await at.graph.get(path, principalSchema, directory);
  if (found.ok) return ok(found.value.id);
  if (found.error.code !== 'graph/not-found') return found;
  const made = await untilReplicated(
    async () => {
      const posted = await at.graph.send(
        'POST',
        '/servicePrincipals',
        { appId: app.appId },
        unknown(),
        directory,
      );
      return posted.ok || posted.error.code === 'graph/conflict' ? ok() : posted;
    },
    isNotKnownYet,
    patienceFor(at, 'service-principal', 'the app to be known'),
  );
  if (!made.ok) return made;
  const seen = await untilReplicated(
    () => at.graph.get(path, principalSchema, directory),
    isNotThereYet,
    patienceFor(at, 'service-principal', 'the service principal to appear'),
  );
  return seen.ok ? ok(seen.value.id) : err(failure(seen.error.code, seen.error.detail, seen.error));
}
