/** What the app was granted, and what it can therefore do. */
import { isMissing, isOthersAlone, isRenamed } from './check-held.ts';
import { wrong, type Draft } from './finding.ts';
import { abilityFindings } from './findings-abilities.ts';
import { tokenFindings, worksToday } from './findings-token.ts';
import type { Observations } from './observations.ts';
import { resources } from './permissions.ts';
import { permissionsOf } from './profiles.ts';
import { rowFacts, rowOf } from './row-facts.ts';

export function rightsFindings(seen: Observations): Draft[] {
  const tokenWorks = worksToday(seen);
  return [
    ...tokenFindings(seen, tokenWorks),
    ...missingRoles(seen),
    ...extraRoles(seen),
    ...abilityFindings(seen, tokenWorks),
  ];
}

/**
 * One finding for each permission that the profile asks for and the app lacks; none where nothing was ever granted. What
 * others alone have consented to is as it was installed.
 */
function missingRoles({ principal, profile, services }: Observations): Draft[] {
  if (!principal.ok || !principal.value || profile === null) return [];
  const held = principal.value;
  if (held.roles.length === 0 && held.scopes.size === 0) return [];
  return permissionsOf(profile).flatMap((wanted): Draft[] => {
    if (!isMissing(wanted, held) || isOthersAlone(wanted, held)) return [];
    const renamed = isRenamed(wanted, held, services);
    const row = rowOf(wanted);
    const without = row === undefined ? 'the profile is incomplete' : rowFacts(row).without;
    const delegated = wanted.kind === 'Scope' ? ', delegated' : '';
    return [
      wrong(
        `role:${wanted.resource}:${wanted.value}`,
        `${wanted.value} of ${resources[wanted.resource].name}${delegated}`,
        {
          proof: renamed
            ? 'Granted under an id that the service no longer has'
            : 'Not among what the app was granted',
          advice: `Choose “Install backup app” again: it grants ${renamed ? 'it under its new id' : 'what is missing'}. Without it: ${without}.`,
          fix: 'install',
          stops: 'nothing',
        },
      ),
    ];
  });
}

/** What the app holds and no profile of Holdfast asks for. */
function extraRoles({ principal, profile }: Observations): Draft[] {
  if (!principal.ok || !principal.value || profile === null) return [];
  const wanted = permissionsOf(profile);
  const extra = principal.value.roles.filter(
    ({ resource, value }) =>
      value !== undefined &&
      !wanted.some((one) => one.kind === 'Role' && one.resource === resource && one.value === value),
  );
  return extra.map(({ resource, value = '' }) =>
    wrong(`role:${resource}:${value}`, `${value}: more than needed`, {
      verdict: 'extra',
      proof: 'Granted in the directory',
      advice: `The profile ${profile} does without it: take it away in Entra, or install the app again.`,
      fix: 'install',
      stops: 'nothing',
    }),
  );
}
