/** A user as Graph writes it. */
import type { Entity } from '../graph/odata.ts';
import type { World } from '../world/world.ts';
import { assignedLicenses, assignedPlans } from './licences.ts';
import { profileJson } from './profile.ts';
import type { DirectoryUser } from './store.ts';

/** What `/users` answers without `$select` (Microsoft Learn, "List users"); everything else must be named. */
export const userDefaults =
  'businessPhones displayName givenName jobTitle mail mobilePhone officeLocation preferredLanguage surname userPrincipalName id'.split(
    ' ',
  );

export function userJson(world: World, user: DirectoryUser): Entity {
  const { id, displayName, givenName, surname, mail, jobTitle, department, accountEnabled, userType } = user;
  const nickname = user.userPrincipalName.split('@')[0] ?? '';
  return {
    ...profileJson(user.profile),
    displayName,
    givenName,
    jobTitle,
    mail,
    surname,
    userPrincipalName: user.userPrincipalName,
    id,
    accountEnabled,
    department,
    userType,
    // Only looked up where asked for: a list of everybody would be made of little else.
    get assignedLicenses() {
      return assignedLicenses(user);
    },
    get assignedPlans() {
      return assignedPlans(world, user);
    },
    createdDateTime: user.createdDateTime,
    creationType: userType === 'Guest' ? 'Invitation' : null,
    deletedDateTime: null,
    externalUserState: userType === 'Guest' ? 'Accepted' : null,
    mailNickname: nickname,
    onPremisesSyncEnabled: user.onPremisesSyncEnabled,
    proxyAddresses: mail === null ? [] : [`SMTP:${mail}`],
    securityIdentifier: null,
    usageLocation: user.usageLocation,
  };
}
