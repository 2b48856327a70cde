/**
 * Where the documented table (data/route-permissions.json) is silent or known to be wrong. Each says from where it is.
 * Switches that belong here: `accessAsUser`, `appUploadSession` (world/switches.ts).
 */

type Alternatives = readonly string[];
interface Row {
  readonly delegated: Alternatives;
  readonly application: Alternatives;
}

const same = (...alternatives: string[]): Row => ({ delegated: alternatives, application: alternatives });
const filesRead = ['Files.Read.All', 'Sites.Read.All', 'Sites.FullControl.All'];
const filesWrite = ['Files.ReadWrite.All', 'Sites.ReadWrite.All', 'Sites.FullControl.All'];
const readDrive: Row = { delegated: ['Files.Read', ...filesRead], application: filesRead };
const writeDrive: Row = { delegated: ['Files.ReadWrite', ...filesWrite], application: filesWrite };

const readApps = ['Application.Read.All', 'Directory.Read.All'];
const writeApps = ['Application.ReadWrite.All', 'Directory.ReadWrite.All'];
const readGroups = ['Group.Read.All', 'Directory.Read.All'];
const restoreApps = same(...writeApps);
/** Learn names no application permission for groups, and the same for a group's end as for its return. */
const restoreGroups: Row = { delegated: ['Group.ReadWrite.All'], application: [] };

/** Whatever is deleted has one address; directory/deleted-routes.ts asks again by its kind. */
const deletedItems: Readonly<Record<string, Row>> = {
  'GET /directory/deleteditems/{id}': same(...readApps, ...readGroups),
  'GET /directory/deleteditems/application': same(...readApps),
  'GET /directory/deleteditems/serviceprincipal': same(...readApps),
  'GET /directory/deleteditems/group': same(...readGroups),
  'POST /directory/deleteditems/{id}/restore': same(...writeApps, 'Group.ReadWrite.All'),
  'POST /directory/deleteditems/application': restoreApps,
  'POST /directory/deleteditems/serviceprincipal': restoreApps,
  'POST /directory/deleteditems/group': restoreGroups,
  'DELETE /directory/deleteditems/{id}': same(...writeApps, 'Group.ReadWrite.All'),
  'DELETE /directory/deleteditems/application': restoreApps,
  'DELETE /directory/deleteditems/serviceprincipal': restoreApps,
  'DELETE /directory/deleteditems/group': restoreGroups,
};

export const overrides: Readonly<Record<string, Row>> = {
  // Microsoft Learn, "List domains", "Get deleted item", "Restore deleted item": not in the devx data this table was made from.
  'GET /domains': same('Domain.Read.All', 'Directory.Read.All'),
  'GET /domains/{id}': same('Domain.Read.All', 'Directory.Read.All'),
  ...deletedItems,

  // Microsoft Learn, "List subscriptions" (of directory): not in that data either.
  'GET /directory/subscriptions': same('Organization.Read.All', 'Directory.Read.All'),

  // Microsoft Learn, "Get tenantAppManagementPolicy": not in that data either.
  'GET /policies/defaultappmanagementpolicy': same('Policy.Read.All'),

  // Microsoft Learn, "Grant an appRoleAssignment": both are needed; the data lists the second alone as well.
  'POST /serviceprincipals/{id}/approleassignments': same(
    'AppRoleAssignment.ReadWrite.All+Application.Read.All',
    'AppRoleAssignment.ReadWrite.All+Directory.Read.All',
  ),
  'POST /serviceprincipals/{id}/approleassignedto': same(
    'AppRoleAssignment.ReadWrite.All+Application.Read.All',
    'AppRoleAssignment.ReadWrite.All+Directory.Read.All',
  ),

  // The data lists Sites.Selected for some of these only; every drive route takes Files.* or Sites.*.
  'GET /drives/{id}': readDrive,
  'GET /drives/{id}/root/delta': readDrive,
  'GET /drives/{id}/items/{id}': readDrive,
  'GET /drives/{id}/items/{id}/content': readDrive,
  'GET /drives/{id}/items/{id}/permissions': readDrive,
  'POST /drives/{id}/items/{id}/children': writeDrive,
  'PUT /drives/{id}/items/{id}/content': writeDrive,

  // Microsoft Learn, "driveItem: createUploadSession": Sites.ReadWrite.All alone is documented for apps; see `appUploadSession`.
  'POST /drives/{id}/items/{id}/createuploadsession': {
    delegated: writeDrive.delegated,
    application: ['Sites.ReadWrite.All', 'Sites.FullControl.All'],
  },

  // Microsoft Learn, "Upload attachments": Mail.ReadWrite; the data has the message route, not the one below a folder.
  'POST /users/{id}/messages/{id}/attachments/createuploadsession': same('Mail.ReadWrite'),
  'POST /users/{id}/translateexchangeids': {
    delegated: ['User.ReadBasic', 'User.Read', 'User.ReadWrite', 'User.ReadBasic.All', 'User.Read.All'],
    application: ['User.ReadBasic.All', 'User.Read.All', 'User.ReadWrite.All'],
  },

  // Microsoft Learn, "Add members": the data has neither this nor its reference form.
  'POST /groups/{id}/members': same(
    'GroupMember.ReadWrite.All',
    'Group.ReadWrite.All',
    'Directory.ReadWrite.All',
  ),

  // Microsoft Learn, "List directReports": not in the data.
  'GET /users/{id}/directreports': {
    delegated: ['User.Read', 'User.Read.All', 'Directory.Read.All'],
    application: ['User.Read.All', 'Directory.Read.All'],
  },

  // Microsoft Learn, "Delete todoTaskList": the data would let Tasks.Read delete.
  'DELETE /users/{id}/todo/lists/{id}': {
    delegated: ['Tasks.ReadWrite'],
    application: ['Tasks.ReadWrite.All'],
  },
};
