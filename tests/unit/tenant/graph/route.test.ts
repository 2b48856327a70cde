import { describe, expect, it } from 'vitest';
import { routeOf, toRoutable, workloadOf } from '../../../tenant/graph/route.ts';

describe('toRoutable', () => {
  it.each([
    ["/users('a%40b.c')/mailFolders('inbox')/messages", '/users/a%40b.c/mailFolders/inbox/messages'],
    ["/servicePrincipals(appId='1-2')", '/servicePrincipals/appId%3D1-2'],
    ['/USERS/x/MAILFOLDERS/Drafts/MESSAGES', '/users/x/mailFolders/Drafts/messages'],
    ['/users/x/mailFolders/delta()', '/users/x/mailFolders/delta'],
    ['/users/x/mailFolders/microsoft.graph.delta()', '/users/x/mailFolders/delta'],
    ['/drives/b!1/root:/Messages/Drafts.txt:/content', '/drives/b!1/root:/Messages/Drafts.txt:/content'],
    ["/drives/1/root/search(q='a b')", "/drives/1/root/search(q='a b')"],
    ['/users/x/', '/users/x'],
    ["/users('O''Neil')", "/users/O'Neil"],
  ])('%s is %s', (given, routable) => {
    expect(toRoutable(given)).toBe(routable);
  });
});

describe('routeOf', () => {
  it.each([
    ['/users/messages/messages/inbox/$value', '/users/{id}/messages/{id}/$value'],
    ['/users/x/mailFolders/drafts/childFolders/drafts', '/users/{id}/mailFolders/{id}/childFolders/{id}'],
    [
      '/users/x/messages/1/attachments/createUploadSession',
      '/users/{id}/messages/{id}/attachments/createUploadSession',
    ],
    ['/drives/1/root:/a/b c.txt:/content', '/drives/{id}/items/{id}/content'],
    ['/drives/1/root:/children', '/drives/{id}/items/{id}'],
    ['/drives/1/items/7:/children/x.txt:/createUploadSession', '/drives/{id}/items/{id}/createUploadSession'],
    ['/drives/1/items/root/children', '/drives/{id}/items/{id}/children'],
    ['/users/x/drive/root/delta', '/users/{id}/drive/root/delta'],
    ['/sites/contoso.sharepoint.com:/sites/A:/drive', '/sites/{id}/drive'],
    ['/sites/root', '/sites/root'],
    ["/drives/1/root/search(q='x')", '/drives/{id}/root/search'],
  ])('%s is %s', (path, route) => {
    expect(routeOf(path)).toBe(route);
  });
});

it('tells the service by the route', () => {
  expect(workloadOf('/users/{id}/mailFolders/{id}')).toBe('outlook');
  expect(workloadOf('/users/{id}/drive/root/delta')).toBe('files');
  expect(workloadOf('/sites/getAllSites')).toBe('files');
  expect(workloadOf('/users/{id}')).toBe('directory');
});
