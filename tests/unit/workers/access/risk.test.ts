import { describe, expect, it, test } from 'vitest';
import { allPermissions, referenceRows } from '../../../../workers/access/permissions.ts';
import { permissionsOf } from '../../../../workers/access/profiles.ts';
import { isContent, knownRisk, riskOf } from '../../../../workers/access/risk.ts';
import { rowFacts } from '../../../../workers/access/row-facts.ts';
import { products } from '../../../../workers/access/vendor-presets.ts';

const ofGraph = (value: string | undefined, type: 'application' | 'delegated' = 'application') =>
  riskOf({ resource: 'graph', value, type });

describe('the risk of a permission', () => {
  it('is that of its row on the page, whoever holds it', () => {
    for (const [index, { app, section, claim, type }] of referenceRows.entries()) {
      if (app !== 'backup' || claim === '' || section === 'sharepoint') continue;
      expect(riskOf({ resource: section, value: claim, type })).toEqual(rowFacts(index + 1).risk);
    }
  });

  it('is judged one by one for whatever a profile asks for', () => {
    for (const profile of ['read-only', 'reference', 'complete'] as const) {
      for (const { resource, value, kind } of permissionsOf(profile)) {
        const type = kind === 'Role' ? 'application' : 'delegated';
        expect([value, knownRisk({ resource, value, type })?.level]).toEqual([value, expect.any(String)]);
      }
    }
  });

  it('follows from its name elsewhere: what it does, and whether it reaches content', () => {
    const levels = Object.entries({
      'RoleManagement.ReadWrite.Directory': 'tier-0',
      'TeamSettings.ReadWrite.All': 'high',
      'Mail.Send': 'high',
      'Sites.FullControl.All': 'high',
      'ChannelMessage.Read.All': 'medium',
      'Sites.Selected': 'medium',
      'Directory.Read.All': 'low',
    });
    expect(levels.map(([value]) => [value, ofGraph(value).level])).toEqual(levels);
  });

  it('is less where the person who has signed in sets the limit', () => {
    expect([ofGraph('Mail.Send').level, ofGraph('Mail.Send', 'delegated').level]).toEqual(['high', 'medium']);
    expect([ofGraph('Mail.Read').level, ofGraph('Mail.Read', 'delegated').level]).toEqual(['medium', 'low']);
    expect(ofGraph('openid', 'delegated').level).toBe('low');
  });

  it('is high where nobody knows what it allows', () => {
    for (const unheardOf of [undefined, 'Mail', 'Mail.Teleport.All', 'User.Reading'])
      expect(ofGraph(unheardOf)).toEqual({
        level: 'high',
        reason: 'Holdfast does not know what it allows',
      });
  });
});

test('no product documents a permission of which nothing is known', () => {
  const asked = products.flatMap(({ needs }) => needs);
  const unknown = asked.filter((need) => riskOf(need).reason === ofGraph(undefined).reason);
  expect(unknown).toEqual([]);
});

test('content is what people have written and filed, and every way to all of a mailbox', () => {
  const content = allPermissions.flatMap(({ kind, value }) =>
    kind === 'Role' && isContent(value) ? value : [],
  );
  expect([...new Set(content)].toSorted()).toEqual([
    'Calendars.ReadWrite',
    'Calendars.ReadWrite.All',
    'Contacts.ReadWrite',
    'Files.Read.All',
    'Files.ReadWrite.All',
    'Mail.Read',
    'Mail.ReadWrite',
    'Sites.ReadWrite.All',
    'Tasks.ReadWrite.All',
    'full_access_as_app',
  ]);
});
