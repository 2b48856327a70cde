import { expect, test } from 'vitest';
import { orderFolders } from '../../../../web/lib/features/browse/folder-order.ts';
import type { FolderView } from '../../../../workers/contract/views.ts';

const folder = (id: string, parent: string | null, role: string | null = null, items = 1): FolderView => ({
  id,
  parent,
  name: id,
  role,
  items,
});

test('known folders first, whatever their names, then by name', () => {
  const ordered = orderFolders([
    folder('Zebra', null),
    folder('Gelöscht', null, 'deleteditems'),
    folder('Äpfel', null),
    folder('Posteingang', null, 'inbox'),
  ]);
  expect(ordered.map(({ id }) => id)).toEqual(['Posteingang', 'Gelöscht', 'Äpfel', 'Zebra']);
});

test('a bare top level gives way to its children; one with items stays', () => {
  const nested = [folder('top', null, null, 0), folder('in', 'top', 'inbox'), folder('sub', 'in')];
  expect(orderFolders(nested).map(({ id, parent }) => [id, parent])).toEqual([
    ['in', null],
    ['sub', 'in'],
  ]);
  const full = [folder('top', null, null, 3), folder('in', 'top', 'inbox')];
  expect(orderFolders(full).find(({ id }) => id === 'in')?.parent).toBe('top');
});

test('a lone empty folder is not hidden', () => {
  expect(orderFolders([folder('only', null, null, 0)])).toHaveLength(1);
});
