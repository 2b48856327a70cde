import { describe, expect, it } from 'vitest';
import { allPermissions, referenceRows, resources } from '../../../../workers/access/permissions.ts';
import { profileCards } from '../../../../workers/access/profile-cards.ts';
import { permissionsOf } from '../../../../workers/access/profiles.ts';
import { rowFacts } from '../../../../workers/access/row-facts.ts';
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

  it('complete names each right once, and none that makes its app an administrator by itself', () => {
    const rights = permissionsOf('complete');
    expect(new Set(rights.map(({ value }) => value)).size).toBe(rights.length);
    const risky = ({ value, kind }: (typeof rights)[number]) =>
      kind === 'Role' && /^(Application|Directory|RoleManagement|AppRoleAssignment)\./.test(value);
    expect(rights.filter(risky)).toEqual([]);
  });
});

describe('the cards', () => {
  it('name the profiles as the reference does, the safest first, with risks from the rows', () => {
    const cards = profileCards();
    expect(cards.map(({ profile, name, level }) => [profile, name, level])).toEqual([
      ['read-only', 'Read-only, restore on demand', 'medium'],
      ['reference', 'As the reference page', 'tier-0'],
      ['complete', 'Complete', 'tier-0'],
    ]);
    const [safest, page, complete] = cards;
    expect(safest?.score).toBeLessThan(complete?.score ?? 0);
    expect(complete?.score).toBeLessThan(page?.score ?? 0);
    expect(page?.reasons).toContain(rowFacts(7).risk.reason);
    for (const card of cards)
      expect(card.permissions).toEqual(permissionsOf(card.profile).map(({ value }) => value));
  });
});
