/** The service's side of a restore, in memory: folders and items with their source ids, and what was asked of it. */
import { failure, type Failure } from '../../../../../workers/kernel/failure.ts';
import { concat, fromUtf8 } from '../../../../../workers/kernel/bytes.ts';
import { err, ok } from '../../../../../workers/kernel/result.ts';
import type { RestorePort } from '../../../../../workers/workloads/workload.ts';

export interface FakeTarget {
  readonly port: RestorePort;
  /** `Restored …/Inbox/Sub/name` → content. */
  items(): Record<string, string>;
  folders(): string[];
  /** Its id. */
  folderAt(path: string): string;
  readonly failItem: Map<string, Failure>;
  readonly failFolder: Map<string, Failure>;
  readonly changeItem: Map<string, string[]>;
  readonly losses: Map<string, string[]>;
  /** Whoever has the mailbox deletes an item of this name. */
  throwAway(name: string): void;
  failOpen: Failure | undefined;
  failListing: Failure | undefined;
  failCompare: Failure | undefined;
  beforeOpen: () => void;
  beforePut: (item: string) => void | Promise<void>;
  puts: number;
}

export function fakeTarget(): FakeTarget {
  const folders = new Map<string, { parent: string; name: string; source: string }>();
  const items = new Map<string, { folder: string; source: string; name: string; content: string }>();
  let serial = 0;
  const path = (id: string): string => {
    const folder = folders.get(id);
    return folder ? [path(folder.parent), folder.name].filter(Boolean).join('/') : '';
  };
  const folderOf = (parent: string, name: string, source: string) => {
    for (const [id, each] of folders) if (each.parent === parent && each.source === source) return id;
    const id = `folder-${++serial}`;
    folders.set(id, { parent, name, source });
    return id;
  };
  const target: FakeTarget = {
    items: () =>
      Object.fromEntries(
        [...items.values()].map((each) => [`${path(each.folder)}/${each.name}`, each.content]),
      ),
    folders: () => [...folders.keys()].map(path),
    folderAt: (wanted) => [...folders.keys()].find((id) => path(id) === wanted) ?? '',
    failItem: new Map(),
    failFolder: new Map(),
    changeItem: new Map(),
    losses: new Map(),
    throwAway: (name) => {
      for (const [id, each] of items) if (each.name === name) items.delete(id);
    },
    failOpen: undefined,
    failListing: undefined,
    failCompare: undefined,
    beforeOpen: () => {},
    beforePut: () => {},
    puts: 0,
    port: {
      losses: ['conversation'],
      openTarget: async (account, name, { signal }) => {
        target.beforeOpen();
        if (signal.aborted) return err(failure('job/cancelled', ''));
        if (target.failOpen) return err(target.failOpen);
        return ok({ account, folder: folderOf('', name, name) });
      },
      makeFolder: async (_target, parent, folder) => {
        const broken = target.failFolder.get(folder.id);
        return broken ? err(broken) : ok(folderOf(parent, folder.name, folder.id));
      },
      putItem: async ({ folder }, row, content, { signal }) => {
        await target.beforePut(row.item);
        if (signal.aborted) return err(failure('job/cancelled', ''));
        const broken = target.failItem.get(row.item);
        if (broken) return err(broken);
        for (const [id, each] of items) {
          if (each.source === row.item && each.folder === folder)
            return ok({ id, created: false, losses: [] });
        }
        const pieces: Uint8Array[] = [];
        for (const part of row.parts) {
          for await (const piece of content.read(part)) {
            if (!piece.ok) return piece;
            pieces.push(piece.value);
          }
        }
        target.puts += 1;
        const id = `item-${++serial}`;
        items.set(id, { folder, source: row.item, name: row.name, content: fromUtf8(concat(...pieces)) });
        return ok({ id, created: true, losses: target.losses.get(row.item) ?? [] });
      },
      itemsIn: async ({ folder }) =>
        target.failListing
          ? err(target.failListing)
          : ok(new Set([...items].filter(([, each]) => each.folder === folder).map(([id]) => id))),
      compare: async (_target, _restored, row) =>
        target.failCompare ? err(target.failCompare) : ok(target.changeItem.get(row.item) ?? []),
      removeTarget: async ({ folder }) => {
        const doomed = path(folder);
        for (const [id, each] of items)
          if (`${path(each.folder)}/`.startsWith(`${doomed}/`)) items.delete(id);
        for (const id of folders.keys()) if (`${path(id)}/`.startsWith(`${doomed}/`)) folders.delete(id);
        return ok();
      },
    },
  };
  return target;
}
