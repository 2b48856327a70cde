/** What a tree shows: ids, parents and names, in any order. */
export interface TreeNode {
  readonly id: string;
  readonly parent: string | null;
  readonly name: string;
  readonly note?: string;
}

export interface VisibleNode {
  readonly node: TreeNode;
  /** From 1. */
  readonly level: number;
  readonly hasChildren: boolean;
}

/** Parents come from a backup, so they may be missing or go in circles: such nodes count as roots, each shown once. */
export function visibleNodes(nodes: readonly TreeNode[], open: ReadonlySet<string>): readonly VisibleNode[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const childrenByParent = new Map<string | null, TreeNode[]>();
  for (const node of nodes) {
    const parent = isRooted(node, byId) ? node.parent : null;
    childrenByParent.set(parent, [...(childrenByParent.get(parent) ?? []), node]);
  }
  const visible: VisibleNode[] = [];
  const seen = new Set<string>();
  const visit = (node: TreeNode, level: number): void => {
    if (seen.has(node.id)) return;
    seen.add(node.id);
    const children = childrenByParent.get(node.id) ?? [];
    visible.push({ node, level, hasChildren: children.length > 0 });
    if (open.has(node.id)) for (const child of children) visit(child, level + 1);
  };
  for (const root of childrenByParent.get(null) ?? []) visit(root, 1);
  return visible;
}

/** True where the node has a parent here and going up comes to an end. */
function isRooted(node: TreeNode, byId: ReadonlyMap<string, TreeNode>): boolean {
  const passed = new Set<string>();
  for (let next: TreeNode | undefined = node; next; next = byId.get(next.parent ?? '')) {
    if (passed.has(next.id)) return false;
    passed.add(next.id);
  }
  return byId.has(node.parent ?? '');
}

/** From the parent upwards; ends where a parent is missing or comes again. */
export function ancestorsOf(nodes: readonly TreeNode[], id: string): readonly string[] {
  const parentById = new Map(nodes.map((node) => [node.id, node.parent]));
  const above = new Set<string>();
  for (let next = parentById.get(id); next && !above.has(next); next = parentById.get(next)) above.add(next);
  return [...above];
}
