import { describe, expect, it } from 'vitest';
import { lentRoles } from '../../../../web/lib/engine/lent-roles.ts';
import { writeRequest } from '../../../../web/lib/features/approve/write-request.ts';
import { writeRoles } from '../../../../workers/access/write-roles.ts';

const tenant = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const client = '2f1a9c3e-0d4b-4e8a-9f57-6b1c2d3e4f50';
const read = (query: Record<string, string>) => writeRequest(new URLSearchParams(query));

describe('the link that asks for the right to write', () => {
  it('names a tenant, an app and roles', () => {
    const roles = 'Mail.ReadWrite,Files.ReadWrite.All,Mail.ReadWrite';
    expect(read({ tenant: tenant.toUpperCase(), client, roles })).toEqual({
      tenantId: tenant,
      clientId: client,
      roles: ['Mail.ReadWrite', 'Files.ReadWrite.All'],
      until: null,
    });
  });

  it.each(writeRoles)('may ask for %s, which a restore may need', (role) => {
    expect(read({ tenant, client, roles: role })?.roles).toEqual([role]);
    expect(lentRoles).toHaveProperty([role]);
  });

  it('says until when it lets somebody grant', () => {
    const until = '2026-11-26T08:00:00.000Z';
    expect(read({ tenant, client, roles: 'Mail.ReadWrite', until })).toMatchObject({ until });
  });

  it.each([
    [{ client, roles: 'Mail.ReadWrite' }],
    [{ tenant, client: "x')/owners", roles: 'Mail.ReadWrite' }],
    [{ tenant: 'contoso.example', client, roles: 'Mail.ReadWrite' }],
    [{ tenant, client, roles: 'Application.ReadWrite.All' }],
    [{ tenant, client, roles: 'Mail.ReadWrite,RoleManagement.ReadWrite.Directory' }],
    [{ tenant, client, roles: '' }],
    [{ tenant, client, roles: 'Mail.ReadWrite', until: 'for ever' }],
    [{ tenant, client }],
  ])('is nothing else: %j', (query) => {
    expect(read(query as Record<string, string>)).toBeNull();
  });
});
