/** Behaviours on which sources disagree (docs/to-verify-live.md); each can be set either way. */
export interface Switches {
  /** Does `Directory.AccessAsUser.All` act with the user's directory roles, or is it refused with 403? */
  accessAsUser: 'honoured' | 'refused';
  /** May an app holding only `Files.ReadWrite.All` create an upload session? */
  appUploadSession: 'allowed' | 'refused';
  /** Is `Retry-After` among Access-Control-Expose-Headers? */
  retryAfter: 'exposed' | 'hidden';
  /** Do downloads carry `Cache-Control: no-store`? */
  downloadCaching: 'no-store' | 'cacheable';
  /** Does the tenant's app management policy allow secrets: all, those of at most 180 days, or none? */
  appSecrets: 'allowed' | 'short' | 'refused';
  /** And certificates: all, those of at most 30 days, or none that a device made for itself? */
  appCertificates: 'allowed' | 'short' | 'refused';
  /** Does a Conditional Access policy keep apps, or people, from getting tokens? */
  conditionalAccess: 'none' | 'blocks-app' | 'blocks-user';
  /** May people consent to what they may consent to, or do administrators alone? */
  userConsent: 'allowed' | 'refused';
  /** May the service principal of a Microsoft service be made by hand where the tenant has bought no licence of it? */
  resourceCreation: 'allowed' | 'refused';
  /** Does `PATCH /applications(uniqueName='…')` with `Prefer: create-if-missing` make an application? */
  upsertApplications: 'supported' | 'refused';
  /** May an app with `Group.Create` alone read, change and delete the groups it has created, or nothing more? */
  createdGroups: 'managed' | 'refused';
}

export const defaultSwitches: Readonly<Switches> = {
  accessAsUser: 'honoured',
  appUploadSession: 'allowed',
  retryAfter: 'hidden',
  downloadCaching: 'no-store',
  appSecrets: 'allowed',
  appCertificates: 'allowed',
  conditionalAccess: 'none',
  userConsent: 'allowed',
  resourceCreation: 'allowed',
  upsertApplications: 'supported',
  createdGroups: 'managed',
};

/** How long a write takes to be seen elsewhere, in milliseconds; 0 is at once. Reports from the field: seconds to minutes. */
export interface Replication {
  /** A new application before `POST /servicePrincipals` accepts its appId (400 until then). */
  applicationForPrincipalMs: number;
  /** A new directory object before it can be read, changed or assigned to (404 until then). */
  objectMs: number;
  /** A new service principal before the token endpoint knows it (AADSTS700016 until then). */
  principalForTokenMs: number;
  /** A new secret or certificate before it is accepted (AADSTS7000215, AADSTS700027 until then). */
  credentialMs: number;
  /** A new app role assignment or grant before it stands in tokens. */
  grantMs: number;
  /** A deleted object, assignment or grant before it is no longer read; a role taken back stays in tokens as long. */
  deletionMs: number;
}

export const noReplicationDelay: Readonly<Replication> = {
  applicationForPrincipalMs: 0,
  objectMs: 0,
  principalForTokenMs: 0,
  credentialMs: 0,
  grantMs: 0,
  deletionMs: 0,
};
