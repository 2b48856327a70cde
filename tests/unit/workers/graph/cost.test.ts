import { describe, expect, it } from 'vitest';
import { poolOfPath, unitsOf } from '../../../../workers/graph/cost.ts';

describe('the cost of a call', () => {
  it.each([
    ['drive', 'GET', '/drives/d/items/i', 1],
    ['drive', 'GET', '/drives/d/root/delta', 2],
    ['drive', 'GET', "https://graph.microsoft.com/v1.0/drives/d/root/delta(token='x')?token=abc", 1],
    ['drive', 'GET', '/drives/d/root/delta?$skiptoken=abc', 1],
    ['drive', 'GET', '/drives/d/items/i/children', 2],
    ['drive', 'POST', '/drives/d/items/i/createUploadSession', 2],
    ['drive', 'GET', '/drives/d/items/i/permissions', 5],
    ['drive', 'GET', '/drives/d/items/i?$expand=permissions', 5],
    ['directory', 'GET', '/users', 2],
    ['directory', 'GET', '/users?$select=id', 1],
    ['directory', 'GET', '/users?$select=id&$top=5', 1],
    ['directory', 'GET', '/users?$expand=manager', 3],
    ['directory', 'GET', '/subscribedSkus', 3],
    ['directory', 'GET', '/me/transitiveMemberOf', 5],
    ['directory', 'POST', '/applications', 1],
    ['mailbox:a', 'GET', '/users/a/messages', 1],
  ] as const)('of %s %s %s is %i', (pool, method, path, units) => {
    expect(unitsOf(pool, method, path)).toBe(units);
  });
});

describe('the pool of a path', () => {
  it.each([
    ['/users/a/messages/m', 'mailbox:a'],
    ['/users/a/mailFolders/inbox?$select=id', 'mailbox:a'],
    ['/users/a/mailboxSettings/userPurpose', 'mailbox:a'],
    ['/users/a/drive?$select=id', 'drive'],
    ['/users/a/drives', 'drive'],
    ['/drives/d/items/i', 'drive'],
    ['/sites/s/drives', 'drive'],
    ['/users/a', 'directory'],
    ['/users/a/licenseDetails', 'directory'],
    ['/groups/g/members', 'directory'],
  ])('%s is %s', (path, pool) => {
    expect(poolOfPath(path, 'directory')).toBe(pool);
  });
});
