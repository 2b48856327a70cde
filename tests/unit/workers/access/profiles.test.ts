import { describe, expect, it } from 'vitest';
import { allPermissions, referenceRows, resources } from '../../../../workers/access/permissions.ts';
import { permissionsOf } from '../../../../workers/access/profiles.ts';
import published from '../../../tenant/data/resources.json' with { type: 'json' };

describe('the table of permissions', () => {
  it('agrees with what the services publish, id by id', () => {
    for (const { resource, value, kind, id } of allPermissions) {
      const service = published.find(({ appId }) => appId === resources[resource].appId);
      const offered = kind === 'Role' ? service?.appRoles : service?.scopes;
      expect([resource, value, offered?.find((one) => one.value === value)?.id]).toEqual([
        resource,
        value,
        id,
      ]);
    }
  });
});

describe('profiles', () => {
  it('read-only cannot write anything', () => {
    expect(
      permissionsOf('read-only').filter(({ value }) =>
        /Write|Create|Manage|FullControl|full_access/.test(value),
      ),
    ).toEqual([]);
    expect(permissionsOf('read-only').every(({ kind }) => kind === 'Role')).toBe(true);
  });

  it('reference is the page: its rows that name a permission of their resource', () => {
    const rows = referenceRows.filter(
      ({ app, claim, section }) => app === 'backup' && claim !== '' && section !== 'sharepoint',
    );
    const ofPage = rows.map(({ section, claim, type }) => `${section} ${claim} ${type}`);
    const ofProfile = permissionsOf('reference').map(
      ({ resource, value, kind }) => `${resource} ${value} ${kind === 'Role' ? 'application' : 'delegated'}`,
    );
    expect(ofProfile).toEqual(ofPage);
  });

  it('complete adds to it', () => {
    expect(permissionsOf('complete')).toEqual(expect.arrayContaining([...permissionsOf('reference')]));
  });
});
