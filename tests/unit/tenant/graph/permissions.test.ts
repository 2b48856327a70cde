import { describe, expect, it } from 'vitest';
import { directoryRoutes } from '../../../tenant/directory/routes.ts';
import { driveRoutes } from '../../../tenant/drive/routes.ts';
import type { Caller } from '../../../tenant/graph/context.ts';
import { isPermitted, permissionsOf } from '../../../tenant/graph/permissions.ts';
import { routeOf, toRoutable } from '../../../tenant/graph/route.ts';
import { mailRoutes } from '../../../tenant/mail/routes.ts';
import { siteRoutes } from '../../../tenant/sites/routes.ts';
import { defaultSwitches, type Switches } from '../../../tenant/world/switches.ts';

interface Question {
  kind?: Caller['kind'];
  holds: string[];
  ownResource?: boolean;
  switches?: Partial<Switches>;
}

function asks(call: string, { kind = 'app', holds, ownResource = true, switches = {} }: Question): boolean {
  const [method = '', path = ''] = call.split(' ');
  const caller = { kind, tenantId: 't', appId: 'a', objectId: 'o', permissions: new Set(holds) };
  const route = routeOf(toRoutable(path));
  return isPermitted({ method, route, ownResource }, caller, { ...defaultSwitches, ...switches });
}

describe('an app', () => {
  it.each([
    ['GET /users', 'User.Read.All'],
    ['GET /users', 'User.ReadBasic.All'],
    ['GET /users/x/messages/1', 'Mail.ReadWrite'],
    ['GET /users/x/messages/1/$value', 'Mail.Read'],
    ['GET /users/x/mailFolders/a/childFolders/b/messages/1/attachments/2/$value', 'Mail.Read'],
    ['GET /users/x/mailFolders/delta', 'Mail.ReadBasic.All'],
    ['DELETE /users/x/messages/1/attachments/2', 'Mail.ReadWrite'],
    ['POST /users/x/messages/1/attachments/createUploadSession', 'Mail.ReadWrite'],
    ['GET /drives/d/root:/a/b.txt:/content', 'Files.Read.All'],
    ['GET /drives/d/items/i/versions/1/content', 'Files.ReadWrite.All'],
    ['PUT /users/x/drive/items/i:/n.txt:/content', 'Sites.ReadWrite.All'],
    ['GET /users/x/mailboxSettings/userPurpose', 'MailboxSettings.Read'],
    ['GET /sites/getAllSites', 'Sites.Read.All'],
    ['GET /subscribedSkus', 'LicenseAssignment.Read.All'],
    ['POST /applications/a/addPassword', 'Application.ReadWrite.OwnedBy'],
  ])('may %s with %s', (call, permission) => {
    expect(asks(call, { holds: [permission] })).toBe(true);
  });

  it.each([
    ['GET /users', 'Mail.ReadWrite'],
    ['POST /users/x/messages', 'Mail.Read'],
    ['GET /users/x/messages/1', 'Files.ReadWrite.All'],
    ['GET /subscribedSkus', 'User.ReadWrite.All'],
    ['GET /users/x/mailboxSettings/userPurpose', 'Mail.ReadWrite'],
    ['GET /sites/getAllSites', 'Files.ReadWrite.All'],
    ['PUT /drives/d/items/i/content', 'Files.Read.All'],
    ['POST /servicePrincipals/s/appRoleAssignments', 'AppRoleAssignment.ReadWrite.All'],
    ['POST /servicePrincipals/s/appRoleAssignments', 'Application.ReadWrite.All'],
    ['PATCH /users/x', 'User.Read.All'],
  ])('may not %s with %s', (call, permission) => {
    expect(asks(call, { holds: [permission] })).toBe(false);
  });

  it('needs both permissions where the documentation says so', () => {
    const holds = ['AppRoleAssignment.ReadWrite.All', 'Application.Read.All'];
    expect(asks('POST /servicePrincipals/s/appRoleAssignments', { holds })).toBe(true);
  });

  it('opens an upload session with Files.ReadWrite.All only where the switch allows it', () => {
    const call = 'POST /drives/d/root:/big.bin:/createUploadSession';
    const holds = ['Files.ReadWrite.All'];
    expect(asks(call, { holds, switches: { appUploadSession: 'allowed' } })).toBe(true);
    expect(asks(call, { holds, switches: { appUploadSession: 'refused' } })).toBe(false);
    expect(asks(call, { holds: ['Sites.ReadWrite.All'], switches: { appUploadSession: 'refused' } })).toBe(
      true,
    );
  });
});

describe('a person', () => {
  const kind = 'user' as const;

  it('reaches the own mailbox only', () => {
    expect(asks('GET /users/me/messages', { kind, holds: ['Mail.Read'] })).toBe(true);
    expect(asks('GET /users/x/messages', { kind, holds: ['Mail.Read'], ownResource: false })).toBe(false);
  });

  it('reads other people only with a permission for all', () => {
    expect(asks('GET /users/x', { kind, holds: ['User.Read'], ownResource: false })).toBe(false);
    expect(asks('GET /users/x', { kind, holds: ['User.Read'] })).toBe(true);
    expect(asks('GET /users/x', { kind, holds: ['User.ReadBasic.All'], ownResource: false })).toBe(true);
  });

  it('acts in the directory as itself, and nowhere else, with Directory.AccessAsUser.All', () => {
    const holds = ['Directory.AccessAsUser.All'];
    expect(asks('POST /applications', { kind, holds })).toBe(true);
    expect(asks('POST /applications', { kind, holds, switches: { accessAsUser: 'refused' } })).toBe(false);
    expect(asks('GET /users/me/messages', { kind, holds })).toBe(false);
    expect(asks('GET /users/me/drive', { kind, holds })).toBe(false);
  });
});

it('knows every route the tenant answers, so that none is open to everybody', () => {
  const areas = [directoryRoutes(), mailRoutes(), driveRoutes(), siteRoutes()];
  const fill = (path: string) =>
    path
      .replace(/\{[^}]*\}/g, '')
      .replace(/:(\w+)\??/g, '1')
      .replace('*', 'items/1');
  const routes = areas
    .flatMap((area) => area.routes)
    .map(({ method, path }) => [method, fill(path)] as const);
  const unknown = routes.filter(([method, path]) => {
    const verb = method === 'ALL' ? 'GET' : method;
    return permissionsOf(verb, routeOf(toRoutable(path))) === undefined;
  });
  expect(routes.length).toBeGreaterThan(60);
  expect(unknown).toEqual([]);
});
