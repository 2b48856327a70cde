import { expect, test } from 'vitest';
import { visibleNodes, type TreeNode } from '../../../../web/lib/ui/tree-node.ts';

const node = (id: string, parent: string | null): TreeNode => ({ id, parent, name: id });
const shape = (nodes: readonly TreeNode[], open: readonly string[]) =>
  visibleNodes(nodes, new Set(open)).map(({ node: { id }, level, hasChildren }) => [id, level, hasChildren]);

test('children show below their open parents, in the order given', () => {
  const nodes = [node('c', 'b'), node('a', null), node('b', 'a'), node('z', null)];
  expect(shape(nodes, [])).toEqual([
    ['a', 1, true],
    ['z', 1, false],
  ]);
  expect(shape(nodes, ['a', 'b'])).toEqual([
    ['a', 1, true],
    ['b', 2, true],
    ['c', 3, false],
    ['z', 1, false],
  ]);
});

test('a parent that is not there makes a root', () => {
  expect(shape([node('orphan', 'gone')], [])).toEqual([['orphan', 1, false]]);
});

test('hostile circles end', () => {
  expect(shape([node('a', null), node('b', 'a'), node('b', 'a')], ['a', 'b'])).toHaveLength(2);
  const circle = shape([node('x', 'y'), node('y', 'x'), node('child', 'x')], ['x', 'y']);
  expect(circle.map(([id]) => id).sort()).toEqual(['child', 'x', 'y']);
  expect(shape([node('self', 'self')], ['self'])).toEqual([['self', 1, false]]);
});
