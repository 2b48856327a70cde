/**
 * The one command that makes the Registrator: a multi-tenant single-page app with delegated rights only. `az rest` does
 * it in one request; `az ad app create` has no option for SPA redirect addresses. Ids: Microsoft Graph's delegated
 * Directory.AccessAsUser.All, offline_access, profile, openid (learn.microsoft.com/graph/permissions-reference).
 */

const delegated = [
  '0e263e50-5827-48a4-b97c-d940288653c7',
  '7427e0e9-2fba-42fe-b0c0-848c9e6a8182',
  '14dad69e-099b-42c9-810b-d002981feec1',
  '37f7f235-527c-4136-accd-4a02d197296e',
];

/** For Bash, as Azure Cloud Shell offers it; prints the client id. */
export function registerCommand(redirectUri: string): string {
  const application = {
    displayName: 'Holdfast Registrator',
    signInAudience: 'AzureADMultipleOrgs',
    spa: { redirectUris: [redirectUri] },
    groupMembershipClaims: 'DirectoryRole',
    requiredResourceAccess: [
      {
        resourceAppId: '00000003-0000-0000-c000-000000000000',
        resourceAccess: delegated.map((id) => ({ id, type: 'Scope' })),
      },
    ],
  };
  return [
    'az rest --method POST --url https://graph.microsoft.com/v1.0/applications',
    "--headers 'Content-Type=application/json' --query appId --output tsv",
    `--body '${JSON.stringify(application)}'`,
  ].join(' \\\n  ');
}
