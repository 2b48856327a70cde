import { expect, test } from 'vitest';
import { orderFolders } from '../../../../web/lib/features/browse/folder-order.ts';
import type { FolderView } from '../../../../workers/contract/views.ts';

const folder = (id: string, parent: string | null, role: string | null = null, items = 1): FolderView => ({
  id,
  parent,
  name: role === 'root' ? 'root' : id,
  role,
  items,
});

test('known folders first, whatever their names, then by name', () => {
  const ordered = orderFolders(
    [
      folder('Zebra', null),
      folder('Gelöscht', null, 'deleteditems'),
      folder('Äpfel', null),
      folder('Posteingang', null, 'inbox'),
    ],
    'mail',
  );
  expect(ordered.map(({ id }) => id)).toEqual(['Posteingang', 'Gelöscht', 'Äpfel', 'Zebra']);
});

test('a bare top level gives way to its children; one with items stays', () => {
  const nested = [folder('top', null, null, 0), folder('in', 'top', 'inbox'), folder('sub', 'in')];
  expect(orderFolders(nested, 'mail').map(({ id, parent }) => [id, parent])).toEqual([
    ['in', null],
    ['sub', 'in'],
  ]);
  const full = [folder('top', null, null, 3), folder('in', 'top', 'inbox')];
  expect(orderFolders(full, 'mail').find(({ id }) => id === 'in')?.parent).toBe('top');
});

test('a lone empty folder is not hidden', () => {
  expect(orderFolders([folder('only', null, null, 0)], 'mail')).toHaveLength(1);
});

test('a drive is called by its own name, keeps its root, and counts numbers as people do', () => {
  const ordered = orderFolders(
    [folder('Year 10', 'r'), folder('r', null, 'root', 0), folder('Year 9', 'r')],
    'drive',
  );
  expect(ordered.map(({ name }) => name)).toEqual(['OneDrive', 'Year 9', 'Year 10']);
});
