import { expect, test } from 'vitest';
import { registerCommand } from '../../../../web/lib/features/setup/register-command.ts';

test('one command, whose body registers a multi-tenant single-page app with four delegated rights', () => {
  const command = registerCommand('https://app.example/auth/redirect.html');
  const body: unknown = JSON.parse(/--body '(.*)'$/s.exec(command)?.[1] ?? '');
  expect(body).toMatchObject({
    displayName: 'Holdfast Registrator',
    signInAudience: 'AzureADMultipleOrgs',
    spa: { redirectUris: ['https://app.example/auth/redirect.html'] },
    groupMembershipClaims: 'DirectoryRole',
  });
  expect(JSON.stringify(body)).toContain('0e263e50-5827-48a4-b97c-d940288653c7');
  expect(JSON.stringify(body)).not.toContain('"Role"');
});

test('the body survives single quotes of a shell', () => {
  const body = /--body '(.*)'$/s.exec(registerCommand('https://app.example/auth/redirect.html'))?.[1] ?? "'";
  expect(body).not.toContain("'");
});
