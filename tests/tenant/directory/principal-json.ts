/** Service principals as Graph writes them. */
import type { Entity } from '../graph/odata.ts';
import { isoSeconds } from '../world/clock.ts';
import type { World } from '../world/world.ts';
import type { AppRole, Scope, ServicePrincipal } from './app-registry.ts';

const roleJson = (role: AppRole): Entity => ({
  allowedMemberTypes: ['Application'],
  description: role.name,
  displayName: role.name,
  id: role.id,
  isEnabled: true,
  origin: 'Application',
  value: role.value,
});

const scopeJson = (scope: Scope): Entity => ({
  adminConsentDescription: scope.name,
  adminConsentDisplayName: scope.name,
  id: scope.id,
  isEnabled: true,
  type: scope.admin ? 'Admin' : 'User',
  userConsentDescription: scope.user,
  userConsentDisplayName: scope.user,
  value: scope.value,
});

/** What a client may change on a service principal. */
export const writablePrincipalFields = ['accountEnabled', 'appRoleAssignmentRequired', 'notes', 'tags'];

export function principalJson(world: World, principal: ServicePrincipal): Entity {
  const app = world.directory.apps.applicationByAppId(principal.appId);
  return {
    id: principal.id,
    deletedDateTime: principal.deletedAt === undefined ? null : isoSeconds(principal.deletedAt),
    accountEnabled: true,
    addIns: [],
    alternativeNames: [],
    appDescription: null,
    appDisplayName: principal.displayName,
    appId: principal.appId,
    applicationTemplateId: null,
    appOwnerOrganizationId: principal.ownerTenantId,
    appRoleAssignmentRequired: false,
    description: null,
    disabledByMicrosoftStatus: null,
    displayName: principal.displayName,
    homepage: null,
    info: {
      logoUrl: null,
      marketingUrl: null,
      privacyStatementUrl: null,
      supportUrl: null,
      termsOfServiceUrl: null,
    },
    loginUrl: null,
    logoutUrl: null,
    notes: null,
    notificationEmailAddresses: [],
    preferredSingleSignOnMode: null,
    preferredTokenSigningKeyThumbprint: null,
    replyUrls: [],
    samlSingleSignOnSettings: null,
    servicePrincipalNames: [principal.appId, ...principal.names],
    servicePrincipalType: 'Application',
    signInAudience: app?.fields['signInAudience'] ?? 'AzureADMultipleOrgs',
    tags: [],
    tokenEncryptionKeyId: null,
    verifiedPublisher: { displayName: null, verifiedPublisherId: null, addedDateTime: null },
    appRoles: principal.appRoles.map(roleJson),
    keyCredentials: [],
    oauth2PermissionScopes: principal.scopes.map(scopeJson),
    passwordCredentials: [],
    resourceSpecificApplicationPermissions: [],
    ...principal.fields,
  };
}
