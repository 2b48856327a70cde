/** What the check asks the directory for, and the shapes of the answers. */
import { array, boolean, looseObject, nullish, object, optional, string, type InferOutput } from 'valibot';
import { globalAdministrator, memberOfPage } from './directory-roles.ts';
import { appPath, declaredSchema } from './installation.ts';
import { subscribedSkuSchema, subscriptionSchema } from './licences.ts';
import { resources, type ResourceName } from './permissions.ts';
import { skusPath, subscriptionsPath } from './tenant-licences.ts';

/** The installed app's name; also what a second one by hand would be called. */
export const appName = 'Holdfast Backup';

export const listOf = <S extends Parameters<typeof array>[0]>(item: S) => object({ value: array(item) });

const named = looseObject({ displayName: nullish(string(), '') });
const credentialSchema = looseObject({
  key: nullish(string()),
  displayName: nullish(string(), ''),
  endDateTime: nullish(string()),
});
const applicationSchema = looseObject({
  id: string(),
  appId: string(),
  displayName: nullish(string(), ''),
  uniqueName: nullish(string()),
  keyCredentials: nullish(array(credentialSchema), []),
  requiredResourceAccess: declaredSchema,
});
const serviceSchema = looseObject({
  id: string(),
  appRoles: nullish(array(looseObject({ id: string(), value: nullish(string()) })), []),
});
const principalSchema = looseObject({ id: string(), accountEnabled: nullish(boolean(), true) });
const assignmentSchema = looseObject({
  appRoleId: string(),
  resourceId: string(),
  createdDateTime: nullish(string(), ''),
});
const scopeGrantSchema = looseObject({
  scope: nullish(string(), ''),
  /** `AllPrincipals`, or `Principal` for the one whose id stands beside it. */
  consentType: nullish(string(), ''),
  principalId: nullish(string()),
});
export const grantedSchema = looseObject({
  appRoleId: string(),
  principalId: string(),
  principalDisplayName: nullish(string(), ''),
  principalType: nullish(string(), ''),
});
/** The first page; others follow its link. */
const grantedPage = looseObject({ value: array(grantedSchema), '@odata.nextLink': optional(string()) });

export type Application = InferOutput<typeof applicationSchema>;
export type GrantedPage = InferOutput<typeof grantedPage>;
export type ScopeGrants = InferOutput<ReturnType<typeof scopeGrants>['schema']>;

const service = (name: ResourceName) => `/servicePrincipals(appId='${resources[name].appId}')`;
const serviceFacts = (name: ResourceName) => ({
  path: `${service(name)}?$select=id,appRoles`,
  schema: serviceSchema,
});
const grantedOn = (name: ResourceName) => ({
  path: `${service(name)}/appRoleAssignedTo?$top=999`,
  schema: grantedPage,
});
export const scopeGrants = (path: string) => ({
  path: `${path}/oauth2PermissionGrants`,
  schema: listOf(scopeGrantSchema),
});

/** Sixteen parts; with `ofApp` they fit into one exchange. */
export const ofTenant = (registratorClientId: string) => ({
  organization: { path: '/organization?$select=id,displayName', schema: listOf(named) },
  skus: { path: skusPath, schema: listOf(subscribedSkuSchema) },
  subscriptions: { path: subscriptionsPath, schema: listOf(subscriptionSchema) },
  me: {
    path: '/me?$select=id,userType',
    schema: looseObject({ id: string(), userType: nullish(string()) }),
  },
  memberOf: {
    path: '/me/memberOf?$top=999',
    schema: memberOfPage,
  },
  administrators: {
    path: `/directoryRoles(roleTemplateId='${globalAdministrator}')/members?$select=id,displayName`,
    schema: listOf(named),
  },
  graph: serviceFacts('graph'),
  exchange: serviceFacts('exchange'),
  sharepoint: serviceFacts('sharepoint'),
  // A certificate is only shown where it is asked for by name.
  application: {
    path: `${appPath}?$select=id,appId,displayName,uniqueName,keyCredentials,requiredResourceAccess`,
    schema: applicationSchema,
  },
  namesakes: {
    path: `/applications?$filter=${encodeURIComponent(`displayName eq '${appName}'`)}&$select=id,appId,displayName`,
    schema: listOf(applicationSchema),
  },
  deleted: {
    path: '/directory/deletedItems/microsoft.graph.application?$select=id,appId,displayName,uniqueName&$top=999',
    schema: listOf(applicationSchema),
  },
  registrator: scopeGrants(`/servicePrincipals(appId='${registratorClientId}')`),
  grantedOnGraph: grantedOn('graph'),
  grantedOnExchange: grantedOn('exchange'),
  grantedOnSharePoint: grantedOn('sharepoint'),
});

export const ofApp = (clientId: string) => {
  const path = `/servicePrincipals(appId='${clientId}')`;
  return {
    principal: { path: `${path}?$select=id,accountEnabled`, schema: principalSchema },
    assignments: { path: `${path}/appRoleAssignments?$top=999`, schema: listOf(assignmentSchema) },
    scopes: scopeGrants(path),
  };
};
