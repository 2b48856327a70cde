import { expect, test } from 'vitest';
import { repositoryPlace, repositoryTitle } from '../../../../web/lib/text/repository-title.ts';
import type { RepositoryView } from '../../../../workers/contract/engine-api.ts';

const locked: RepositoryView = {
  id: '3f2a9c1d00000000',
  tenantId: '',
  tenantName: '',
  label: 'this browser',
  place: 'opfs',
  unlocked: false,
  evictable: false,
};

test('two locked backups in one browser have two names', () => {
  const other = { ...locked, id: '9e01aa7700000000' };
  expect(repositoryTitle(locked)).toBe('Locked backup 3f2a9c1d');
  expect(repositoryTitle(other)).not.toBe(repositoryTitle(locked));
});

test('an unlocked backup has the name of its tenant, one in a folder that of the folder', () => {
  expect(repositoryTitle({ ...locked, tenantName: 'Contoso' })).toBe('Contoso');
  expect(repositoryTitle({ ...locked, place: 'directory', label: 'USB' })).toBe('Backup in “USB”');
});

test('the place is told for what it is', () => {
  const places = (['opfs', 'indexeddb', 'directory', 'memory'] as const).map((place) =>
    repositoryPlace({ ...locked, place, label: 'USB' }),
  );
  expect(places).toEqual(['this browser', 'this browser (IndexedDB)', 'the folder “USB”', 'memory only']);
});
