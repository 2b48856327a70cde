/**
 * What changed in the directory: accounts by their delta, then who manages whom (no delta tells that), then groups with
 * their members and owners by theirs. https://learn.microsoft.com/graph/delta-query-overview
 */
import * as v from 'valibot';
import type { Page } from '../../graph/client.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Cursor, Folder, Row } from '../../repository/model.ts';
import { sinceCursor } from '../refused-cursor.ts';
import { cursorShape } from '../row-key.ts';
import type { ChangePage, KnownState, WorkloadDeps } from '../workload.ts';
import {
  directoryCall,
  entitySchema,
  factsOfGroup,
  factsOfUser,
  groupSelect,
  userSelect,
  type Entity,
} from './facts.ts';
import {
  groupLinks,
  groupsFolder,
  linksOf,
  pendingRow,
  splitGroupLinks,
  toggle,
  usersFolder,
} from './object-row.ts';

export const rootFolder = 'directory';

const folders: readonly Folder[] = [
  { id: rootFolder, name: 'Directory', role: 'root' },
  { id: usersFolder, name: 'users', parent: rootFolder },
  { id: groupsFolder, name: 'groups', parent: rootFolder },
];

interface Listing {
  readonly scope: string;
  readonly query: string;
  /** A listing of everything tells the links of an object anew, instead of what came and went. */
  readonly tellsLinks: boolean;
  /** `links`: as they were before this entry. */
  readonly row: (entity: Entity, links: string) => Row;
}

const listings: readonly Listing[] = [
  {
    scope: usersFolder,
    query: `/users/delta?$select=${userSelect}&$top=200`,
    tellsLinks: false,
    row: (entity, links) => pendingRow(usersFolder, factsOfUser(entity), links),
  },
  {
    scope: groupsFolder,
    query: `/groups/delta?$select=${groupSelect},members,owners&$top=200`,
    tellsLinks: true,
    row: groupRow,
  },
];

export async function* directoryChanges(
  known: KnownState,
  deps: WorkloadDeps,
): AsyncGenerator<Result<ChangePage>, void> {
  const missing = folders.filter(({ id }) => known.folder(id) === undefined);
  if (missing.length > 0) yield ok({ folders: missing, cursors: known.cursors });
  for (const listing of listings) {
    for await (const page of follow(listing, known, deps)) {
      yield page;
      if (!page.ok) return;
    }
    if (listing.scope !== usersFolder) continue;
    for await (const page of managers(known, deps)) {
      yield page;
      if (!page.ok) return;
    }
  }
}

async function* follow(
  listing: Listing,
  known: KnownState,
  deps: WorkloadDeps,
): AsyncGenerator<Result<ChangePage>, void> {
  const shape = cursorShape(listing.query);
  const kept = known.cursors[listing.scope];
  yield* sinceCursor(kept?.shape === shape ? kept : undefined, (from) =>
    readRound({ ...listing, shape }, known, from, deps),
  );
}

// oxlint-disable-next-line max-params -- a listing, where it stands, where it goes on, and with what
async function* readRound(
  listing: Listing & { readonly shape: string },
  known: KnownState,
  from: Cursor | undefined,
  deps: WorkloadDeps,
): AsyncGenerator<Result<ChangePage>, void> {
  const { scope, shape } = listing;
  let isFirst = from === undefined;
  for await (const page of deps.graph.pages(from?.link ?? listing.query, entitySchema, directoryCall(deps))) {
    if (!page.ok) return yield err(page.error);
    const cursor = cursorAfter(page.value, shape);
    yield ok({
      ...applyEntries(listing, page.value.items, known, !from?.finished),
      ...(isFirst && { reset: [scope] }),
      cursors: { ...known.cursors, ...(cursor && { [scope]: cursor }) },
    });
    isFirst = false;
  }
}

function cursorAfter({ nextLink, deltaLink }: Page<Entity>, shape: string): Cursor | undefined {
  const link = deltaLink ?? nextLink;
  return link === undefined ? undefined : { link, finished: deltaLink !== undefined, shape };
}

/** The same object may come several times, its members in pieces; the rows before it on the page count. */
function applyEntries(
  { row, scope, tellsLinks }: Listing,
  items: readonly Entity[],
  known: KnownState,
  whole: boolean,
): { readonly rows: readonly Row[]; readonly removed: readonly string[] } {
  const rows = new Map<string, Row>();
  const removed = new Set<string>();
  for (const entity of items) {
    if (entity['@removed'] !== undefined) {
      rows.delete(entity.id);
      removed.add(entity.id);
      continue;
    }
    removed.delete(entity.id);
    const stored = known.row(entity.id);
    const earlier = rows.get(entity.id) ?? (whole && tellsLinks ? undefined : stored);
    const next = row(entity, earlier?.folder === scope ? linksOf(earlier) : '');
    if (next.version === stored?.version) {
      if (whole) rows.set(entity.id, stored);
      else rows.delete(entity.id);
    } else rows.set(entity.id, next);
  }
  return { rows: [...rows.values()], removed: [...removed].filter((id) => known.row(id) !== undefined) };
}

const linkSchema = v.nullish(v.array(entitySchema), []);

/** Who came and who went: either is one step of the set's print. */
const changedIds = (entity: Entity, name: string): string[] => {
  const links = v.safeParse(linkSchema, entity[`${name}@delta`]);
  return links.success ? links.output.map(({ id }) => id) : [];
};

function groupRow(entity: Entity, links: string): Row {
  const before = splitGroupLinks(links);
  return pendingRow(
    groupsFolder,
    factsOfGroup(entity),
    groupLinks(
      toggle(before.members, changedIds(entity, 'members')),
      toggle(before.owners, changedIds(entity, 'owners')),
    ),
  );
}

const managedSchema = v.object({
  id: v.string(),
  manager: v.nullish(v.object({ id: v.string() })),
});

/** One request for 999 accounts, in every run. */
async function* managers(known: KnownState, deps: WorkloadDeps): AsyncGenerator<Result<ChangePage>, void> {
  const path = '/users?$select=id&$expand=manager($select=id)&$top=999';
  for await (const page of deps.graph.pages(path, managedSchema, directoryCall(deps))) {
    if (!page.ok) return yield err(page.error);
    const rows = page.value.items.flatMap(({ id, manager }) => {
      const row = known.row(id);
      const links = manager?.id ?? '';
      if (!row || linksOf(row) === links) return [];
      const version = `${row.version.slice(0, row.version.indexOf(' '))} ${links}`;
      const { reason: _, ...rest } = row;
      return [{ ...rest, version, state: 'pending', parts: [] } satisfies Row];
    });
    yield ok({ rows, cursors: known.cursors });
  }
}
