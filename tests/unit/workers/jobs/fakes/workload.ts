/** A mailbox-like workload over plain data: pages of two items, deltas by number of edits seen. */
import { utf8 } from '../../../../../workers/kernel/bytes.ts';
import { failure, type Failure } from '../../../../../workers/kernel/failure.ts';
import { err, ok } from '../../../../../workers/kernel/result.ts';
import type { Account, Folder, Row, WorkloadName } from '../../../../../workers/repository/model.ts';
import type {
  ChangePage,
  FetchOutcome,
  RestorePort,
  Workload,
} from '../../../../../workers/workloads/workload.ts';

export interface FakeItem {
  readonly id: string;
  readonly folder: string;
  readonly name: string;
  readonly date: string;
  readonly body: string;
  readonly version?: string;
}

export interface FakeService {
  readonly workload: Workload;
  readonly fetched: string[];
  /** Puts or replaces an item; the next listing reports it. */
  put(account: string, item: FakeItem): void;
  remove(account: string, item: string): void;
  removeFolder(account: string, folder: string): void;
  /** The next listing of the account starts anew. */
  forgetCursor(account: string): void;
  /** Told on the last page. */
  readonly unreadFolders: Set<string>;
  readonly failItem: Map<string, FetchOutcome>;
  readonly failAccount: Map<string, Failure>;
  /** Called before each fetch: tests pause, cancel or advance the clock here. */
  beforeFetch: (row: Row) => void | Promise<void>;
  beforePage: (page: number) => void | Promise<void>;
}

const noRestore: RestorePort = {
  losses: [],
  openTarget: async () => err(failure('graph/forbidden', 'no restore in this fake')),
  makeFolder: async () => err(failure('graph/forbidden', 'no restore in this fake')),
  putItem: async () => err(failure('graph/forbidden', 'no restore in this fake')),
  itemsIn: async () => err(failure('graph/forbidden', 'no restore in this fake')),
  compare: async () => err(failure('graph/forbidden', 'no restore in this fake')),
  removeTarget: async () => err(failure('graph/forbidden', 'no restore in this fake')),
};

type Edit = { put: FakeItem } | { removed: string } | { removedFolder: string };

export function fakeService(name: WorkloadName = 'mail', restore: RestorePort = noRestore): FakeService {
  const edits = new Map<string, Edit[]>();
  const forgotten = new Set<string>();
  const log = (account: string, edit: Edit) => {
    edits.set(account, [...(edits.get(account) ?? []), edit]);
  };
  const service: FakeService = {
    fetched: [],
    put: (account, item) => log(account, { put: item }),
    remove: (account, item) => log(account, { removed: item }),
    removeFolder: (account, folder) => log(account, { removedFolder: folder }),
    forgetCursor: (account) => forgotten.add(account),
    unreadFolders: new Set(),
    failItem: new Map(),
    failAccount: new Map(),
    beforeFetch: () => {},
    beforePage: () => {},
    workload: {
      name,
      measure: async (account) => {
        const broken = service.failAccount.get(account.id);
        if (broken) return err(broken);
        const items = [...live(edits.get(account.id) ?? []).values()];
        const bytes = items.reduce((sum, item) => sum + item.body.length, 0);
        return ok({ items: items.length, bytes, requests: items.length });
      },
      async *changes(account, known) {
        const broken = service.failAccount.get(account.id);
        if (broken) return yield err(broken);
        const all = edits.get(account.id) ?? [];
        const cursor = forgotten.delete(account.id) ? undefined : known.cursors['box'];
        const anew = cursor === undefined;
        const list: Edit[] = anew ? [...live(all).values()].map((put) => ({ put })) : all;
        let at = anew ? 0 : Number(cursor.link);
        for (let page = 0; ; page += 1) {
          await service.beforePage(page);
          const edit = list.slice(at, at + 2);
          at += edit.length;
          const finished = at >= list.length;
          yield ok({
            ...pageOf(edit),
            ...(anew && page === 0 ? { reset: ['box'] } : {}),
            ...(finished && { unreadFolders: [...service.unreadFolders] }),
            cursors: { box: { link: String(finished ? all.length : at), finished, shape: '1' } },
          });
          if (finished) return;
        }
      },
      fetch: async (account: Account, row, sink, deps): Promise<FetchOutcome> => {
        await service.beforeFetch(row);
        if (deps.signal.aborted) return { kind: 'failed', failure: failure('job/cancelled', '') };
        service.fetched.push(row.item);
        const scripted = service.failItem.get(row.item);
        if (scripted) return scripted;
        const item = live(edits.get(account.id) ?? []).get(row.item);
        if (!item) return { kind: 'vanished' };
        const part = await sink.store('content', utf8(item.body));
        if (!part.ok) return { kind: 'failed', failure: part.error };
        return { kind: 'stored', row: { ...row, state: 'stored', parts: [part.value] } };
      },
      scopeOf: () => 'box',
      async *original(row, content) {
        for (const part of row.parts) yield* content.read(part);
      },
      restore,
    },
  };
  return service;
}

function pageOf(edits: readonly Edit[]): Omit<ChangePage, 'cursors'> {
  const rows = edits.flatMap((each) => ('put' in each ? [rowOf(each.put)] : []));
  return {
    rows,
    folders: rows.map((row): Folder => ({ id: row.folder, name: row.folder })),
    removed: edits.flatMap((each) => ('removed' in each ? [each.removed] : [])),
    removedFolders: edits.flatMap((each) => ('removedFolder' in each ? [each.removedFolder] : [])),
  };
}

function live(edits: readonly Edit[]): Map<string, FakeItem> {
  const items = new Map<string, FakeItem>();
  for (const edit of edits) {
    if ('put' in edit) items.set(edit.put.id, edit.put);
    else if ('removed' in edit) items.delete(edit.removed);
    else for (const item of items.values()) if (item.folder === edit.removedFolder) items.delete(item.id);
  }
  return items;
}

export const rowOf = (item: FakeItem): Row => ({
  key: `${item.folder}|${item.date}|${item.id}`,
  item: item.id,
  folder: item.folder,
  name: item.name,
  date: item.date,
  size: item.body.length,
  version: item.version ?? item.body,
  state: 'pending',
  parts: [],
  meta: {},
});
