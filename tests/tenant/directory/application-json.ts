/** App registrations as Graph writes them, and what of them a client may write. */
import { isGuid } from '../entra/request.ts';
import type { Entity } from '../graph/odata.ts';
import { isoSeconds } from '../world/clock.ts';
import type { World } from '../world/world.ts';
import { badRequest } from './answer.ts';
import type { Application, KeyCredential, PasswordCredential } from './app-registry.ts';

const audiences = new Set<unknown>([
  'AzureADMyOrg',
  'AzureADMultipleOrgs',
  'AzureADandPersonalMicrosoftAccount',
  'PersonalMicrosoftAccount',
]);

/** Writable properties with what they are before anybody wrote them. */
const blank = {
  addIns: [],
  api: {
    acceptMappedClaims: null,
    knownClientApplications: [],
    requestedAccessTokenVersion: null,
    oauth2PermissionScopes: [],
    preAuthorizedApplications: [],
  },
  appRoles: [],
  defaultRedirectUri: null,
  description: null,
  displayName: null,
  groupMembershipClaims: null,
  identifierUris: [],
  info: {
    logoUrl: null,
    marketingUrl: null,
    privacyStatementUrl: null,
    supportUrl: null,
    termsOfServiceUrl: null,
  },
  isDeviceOnlyAuthSupported: null,
  isFallbackPublicClient: null,
  notes: null,
  optionalClaims: null,
  parentalControlSettings: { countriesBlockedForMinors: [], legalAgeGroupRule: 'Allow' },
  publicClient: { redirectUris: [] },
  requestSignatureVerification: null,
  requiredResourceAccess: [],
  samlMetadataUrl: null,
  serviceManagementReference: null,
  servicePrincipalLockConfiguration: null,
  signInAudience: 'AzureADMyOrg',
  spa: { redirectUris: [] },
  tags: [],
  tokenEncryptionKeyId: null,
  uniqueName: null,
  web: {
    homePageUrl: null,
    logoutUrl: null,
    redirectUris: [],
    implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false },
    redirectUriSettings: [],
  },
};

/** `key` is only shown for a single application and when selected (Microsoft Learn, "keyCredential resource type"). */
export const keyJson = (credential: KeyCredential, showKey: boolean): Entity => {
  const { key, addedAt: _, ...rest } = credential;
  return { ...rest, key: showKey ? key : null };
};

/** The secret itself is shown once, by addPassword. */
const passwordJson = (credential: PasswordCredential): Entity => {
  const { addedAt: _, ...rest } = credential;
  return { customKeyIdentifier: null, ...rest, secretText: null };
};

export function applicationJson(world: World, app: Application, showKeys = false): Entity {
  return {
    id: app.id,
    deletedDateTime: app.deletedAt === undefined ? null : isoSeconds(app.deletedAt),
    appId: app.appId,
    applicationTemplateId: null,
    certification: null,
    createdDateTime: isoSeconds(app.createdAt),
    disabledByMicrosoftStatus: null,
    publisherDomain: world.tenant.domain,
    verifiedPublisher: { displayName: null, verifiedPublisherId: null, addedDateTime: null },
    ...blank,
    ...app.fields,
    keyCredentials: app.keys.map((key) => keyJson(key, showKeys)),
    passwordCredentials: app.passwords.map(passwordJson),
  };
}

interface ResourceAccess {
  readonly resourceAppId?: unknown;
  readonly resourceAccess?: { readonly id?: unknown; readonly type?: unknown }[];
}

function checkResourceAccess(value: unknown): void {
  const invalid = (what: string) =>
    badRequest(`Invalid value specified for property '${what}' of resource 'RequiredResourceAccess'.`);
  if (!Array.isArray(value)) throw invalid('requiredResourceAccess');
  for (const { resourceAppId, resourceAccess } of value as ResourceAccess[]) {
    if (typeof resourceAppId !== 'string' || !isGuid(resourceAppId)) throw invalid('resourceAppId');
    if (!Array.isArray(resourceAccess)) throw invalid('resourceAccess');
    for (const { id, type } of resourceAccess) {
      if (typeof id !== 'string' || !isGuid(id)) throw invalid('id');
      if (type !== 'Role' && type !== 'Scope') throw invalid('type');
    }
  }
}

const credentialProperties = ['keyCredentials', 'passwordCredentials'];

const invalidValue = (name: string) =>
  badRequest(`Invalid value specified for property '${name}' of resource 'Application'.`);

const isComplex = (value: unknown): value is Entity =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One property as it will be stored; complex ones are merged, as a PATCH on them does. */
function written(name: string, value: unknown, before: unknown): unknown {
  if (!(name in blank)) throw badRequest(`Property '${name}' is invalid or read-only.`);
  const empty: unknown = blank[name as keyof typeof blank];
  if (Array.isArray(empty) && !Array.isArray(value)) throw invalidValue(name);
  if (!isComplex(empty) || !isComplex(value)) return value;
  return { ...empty, ...(isComplex(before) ? before : {}), ...value };
}

/** The fields of a POST or PATCH, checked; credentials are left to `credentials.ts`. */
export function writtenFields(body: Entity, before: Entity = {}): Entity {
  const fields: Entity = { ...before };
  for (const [name, value] of Object.entries(body)) {
    if (name.startsWith('@') || credentialProperties.includes(name)) continue;
    fields[name] = written(name, value, fields[name]);
  }
  const { displayName, signInAudience = 'AzureADMyOrg', requiredResourceAccess = [] } = fields;
  if (typeof displayName !== 'string' || displayName === '') {
    throw badRequest("A value is required for property 'displayName' of resource 'Application'.");
  }
  if (!audiences.has(signInAudience)) throw invalidValue('signInAudience');
  checkResourceAccess(requiredResourceAccess);
  return fields;
}
