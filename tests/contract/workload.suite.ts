/** What every workload promises (workers/workloads/workload.ts), asked of it on the simulated tenant. */
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Account, Folder, Row } from '../../workers/repository/model.ts';
import { ok } from '../../workers/kernel/result.ts';
import type {
  ItemChange,
  RestoreTarget,
  Workload,
  WorkloadDeps,
  WriteLog,
  Written,
} from '../../workers/workloads/workload.ts';
import { Copy } from './workload-world.ts';

/** The service's side of one workload: what a test does to the account and how it looks at it. */
export interface Side {
  readonly account: Account;
  readonly deps: WorkloadDeps;
  workload(): Workload;
  /** So many items that a listing takes several pages. */
  readonly severalPages: number;
  /** Puts small items into several folders. */
  fill(count: number): void;
  /** Items of every kind that a backup should bring back whole. */
  fillRichly(): Promise<void>;
  /** Things that people do; each takes a number to choose by. */
  readonly edits: readonly { readonly name: string; readonly run: (choice: number) => Promise<void> }[];
  /** A change that touches no content. */
  editMetadata(): Promise<void>;
  /** Every item: id → where it is, what it is called, SHA-256 of its content. */
  truth(): Map<string, Truth>;
  /** As a person does. */
  deleteItem(id: string): Promise<unknown>;
  expireCursors(): void;
  loseEverything(): void;
  /** The loss that a restore repairs, where not every one is. */
  damage?(): void;
  /** Every field of each item below `folder` (a path of names) that a restore brings back, by relative path. */
  fields(folder: string): Map<string, unknown>;
  /** Contents that were asked for so far. */
  contentRequests(): number;
  /** Messages and invitations that left the tenant. */
  sent(): number;
}

export interface Truth {
  readonly path: string;
  readonly name: string;
  readonly sha256: string;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function backUp(copy: Copy): Promise<void> {
  expect(await copy.list()).toMatchObject({ ok: true });
  expect(await copy.fetchAll()).toEqual([]);
}

async function truthOf(copy: Copy): Promise<Map<string, Truth>> {
  const truth = new Map<string, Truth>();
  for (const row of copy.rows.values()) {
    const content = await copy.original(row);
    truth.set(row.item, { path: copy.pathOf(row.folder), name: row.name, sha256: sha256(content) });
  }
  return truth;
}

const sorted = <T>(map: ReadonlyMap<string, T>): [string, T][] =>
  [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));

const lose = (side: Side): void => (side.damage ? side.damage() : side.loseEverything());

const withNotes = ({ deps, notes }: Copy) => ({ ...deps, notes });

/** Makes the folders and puts every item back, as a restore job does. */
const nothing: Written = { id: null, made: 'no', fields: [], links: [] };

function writeLog(): WriteLog {
  let written = nothing;
  return {
    get written() {
      return written;
    },
    async note(now) {
      written = now;
      return ok();
    },
  };
}

async function restore(copy: Copy, rows: readonly Row[], name: string) {
  const port = copy.workload.restore;
  const target = await port.openTarget(copy.account, name, copy.deps);
  if (!target.ok) throw new Error(target.error.detail);
  const places = await makeFolders(copy, target.value);
  const created: string[] = [];
  const there: string[] = [];
  const placed: { readonly id: string; readonly folder: string; readonly written: Written }[] = [];
  const differences: string[] = [];
  for (const row of rows) {
    const log = writeLog();
    const place = { target: target.value, folder: places.get(row.folder) ?? target.value.folder, log };
    const put = await port.putItem(place, row, copy.store, copy.deps);
    if (!put.ok) throw new Error(`${row.name}: ${put.error.code} ${put.error.detail}`);
    placed.push({ id: put.value.id, folder: place.folder, written: log.written });
    (put.value.created ? created : there).push(row.item);
    const compared = await port.compare(target.value, put.value, row, copy.deps);
    if (!compared.ok) throw new Error(compared.error.detail);
    differences.push(...compared.value.map((field) => `${row.name}: ${field}`));
  }
  return { target: target.value, created, there, placed, differences };
}

async function makeFolders(copy: Copy, target: RestoreTarget): Promise<Map<string, string>> {
  const places = new Map<string, string>();
  const make = async (folder: Folder): Promise<string> => {
    const made = places.get(folder.id);
    if (made !== undefined) return made;
    const above = copy.folder(folder.parent ?? '');
    const parent = above ? await make(above) : target.folder;
    const place = await copy.workload.restore.makeFolder(target, parent, folder, withNotes(copy));
    if (!place.ok) throw new Error(place.error.detail);
    places.set(folder.id, place.value);
    return place.value;
  };
  for (const folder of copy.folders()) await make(folder);
  return places;
}

export interface SuiteOptions {
  /** Its items have nothing beside their content: whatever changes is fetched. */
  readonly contentOnly?: boolean;
  /** It changes what is there, instead of putting copies beside it. */
  readonly inPlace?: boolean;
}

export function workloadSuite(
  name: string,
  createSide: () => Promise<Side>,
  { contentOnly = false, inPlace = false }: SuiteOptions = {},
): void {
  describe(`the ${name} workload`, () => {
    let side: Side;
    beforeEach(async () => {
      side = await createSide();
    });
    const newCopy = (): Copy => new Copy(side.workload(), side.account, side.deps);

    it('lists and stores everything the account has, byte for byte', async () => {
      side.fill(25);
      await side.fillRichly();
      const copy = newCopy();
      await backUp(copy);
      expect(sorted(await truthOf(copy))).toEqual(sorted(side.truth()));
      expect([...copy.rows.values()].every(({ state }) => state === 'stored')).toBe(true);
      expect([...copy.folders()].filter(({ parent }) => parent === undefined)).toHaveLength(1);
    });

    it('gives keys that are unique and put the newest of a folder first', async () => {
      side.fill(30);
      const copy = newCopy();
      await copy.list();
      const rows = [...copy.rows.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
      expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
      for (const [i, row] of rows.entries()) {
        const before = rows[i - 1];
        if (before?.folder === row.folder) expect(before.date >= row.date).toBe(true);
      }
    });

    it('has nothing to do where nothing has changed', async () => {
      side.fill(10);
      const copy = newCopy();
      await backUp(copy);
      const rows = [...copy.rows.values()];
      const requests = side.contentRequests();
      await backUp(copy);
      expect([...copy.rows.values()]).toEqual(rows);
      expect(copy.pages.flatMap((page) => page.rows ?? [])).toEqual([]);
      expect(side.contentRequests()).toBe(requests);
    });

    it.skipIf(contentOnly)('fetches no content for a change that touches none', async () => {
      side.fill(10);
      const copy = newCopy();
      await backUp(copy);
      const requests = side.contentRequests();
      await side.editMetadata();
      await backUp(copy);
      expect(side.contentRequests()).toBe(requests);
      expect(copy.pages.flatMap((page) => page.rows ?? []).length).toBeGreaterThan(0);
      expect(sorted(await truthOf(copy))).toEqual(sorted(side.truth()));
    });

    it('knows after any edits what a full listing would find', async () => {
      const steps = fc.array(fc.tuple(fc.nat({ max: 1_000 }), fc.nat({ max: 1_000 })), {
        minLength: 1,
        maxLength: 12,
      });
      await fc.assert(
        fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 2 }), async (rounds) => {
          side = await createSide();
          side.fill(12);
          const copy = newCopy();
          await backUp(copy);
          for (const round of rounds) {
            for (const [which, choice] of round) await side.edits[which % side.edits.length]?.run(choice);
            await backUp(copy);
            expect(sorted(await truthOf(copy))).toEqual(sorted(side.truth()));
          }
          const fresh = newCopy();
          await fresh.list();
          expect([...copy.folders()].map(({ id }) => id).toSorted()).toEqual(
            [...fresh.folders()].map(({ id }) => id).toSorted(),
          );
          const facts = (of: Copy) =>
            [...of.rows.values()]
              .map(({ key, item, version, size }) => `${key} ${item} ${version} ${size}`)
              .toSorted();
          expect(facts(copy)).toEqual(facts(fresh));
        }),
        { numRuns: process.env['SLOW'] ? 200 : 8 },
      );
    });

    it('starts anew where the service has forgotten the cursor, and fetches nothing twice', async () => {
      side.fill(12);
      const copy = newCopy();
      await backUp(copy);
      for (const [i, edit] of side.edits.entries()) await edit.run(i * 7);
      await copy.list();
      await copy.fetchAll();
      const requests = side.contentRequests();
      side.expireCursors();
      await backUp(copy);
      expect(copy.pages.some((page) => (page.reset ?? []).length > 0)).toBe(true);
      expect(side.contentRequests()).toBe(requests);
      expect(sorted(await truthOf(copy))).toEqual(sorted(side.truth()));
    });

    it('finds out what was deleted while the cursor was forgotten', async () => {
      side.fill(12);
      const copy = newCopy();
      await backUp(copy);
      side.expireCursors();
      for (const [i, edit] of side.edits.entries()) await edit.run(i * 5);
      await backUp(copy);
      expect(sorted(await truthOf(copy))).toEqual(sorted(side.truth()));
    });

    it('drops a cursor of another shape', async () => {
      side.fill(5);
      const copy = newCopy();
      await backUp(copy);
      const old = Object.entries(copy.cursors).map(([scope, cursor]) => [scope, { ...cursor, shape: 'old' }]);
      copy.cursors = Object.fromEntries(old);
      await backUp(copy);
      expect(Object.values(copy.cursors).every(({ shape }) => shape !== 'old')).toBe(true);
      expect(copy.pages.some((page) => (page.reset ?? []).length > 0)).toBe(true);
    });

    it('goes on from wherever the listing was cut short', async () => {
      side.fill(side.severalPages);
      const whole = newCopy();
      await whole.list();
      const pages = whole.pages.length;
      expect(pages).toBeGreaterThan(2);
      for (let cut = 1; cut < pages; cut++) {
        const copy = newCopy();
        await copy.list(cut);
        await copy.list();
        expect([...copy.rows.keys()].toSorted()).toEqual([...side.truth().keys()].toSorted());
        expect(Object.values(copy.cursors).every(({ finished }) => finished)).toBe(true);
      }
    });

    it('says that an item is gone when it vanished between listing and fetching', async () => {
      side.fill(3);
      const copy = newCopy();
      await copy.list();
      const listed = copy.rows.size;
      expect(listed).toBeGreaterThanOrEqual(3);
      side.loseEverything();
      const outcomes = await copy.fetchAll();
      expect(outcomes.map(({ kind }) => kind)).toEqual(Array.from({ length: listed }, () => 'vanished'));
    });

    it('measures without reading items', async () => {
      side.fill(10);
      const before = side.contentRequests();
      const measured = await side.workload().measure(side.account, side.deps);
      expect(measured).toMatchObject({ ok: true, value: { bytes: expect.any(Number) } });
      expect(side.contentRequests()).toBe(before);
    });

    it('restores the state before the loss, field by field, and sends nothing', async () => {
      await side.fillRichly();
      side.fill(6);
      const before = side.fields('');
      expect(before.size).toBeGreaterThan(10);
      const copy = newCopy();
      await backUp(copy);
      lose(side);
      const result = await restore(copy, [...copy.rows.values()], 'Restored 2026-11-23');
      expect(result.differences).toEqual([]);
      expect(result.created.length).toBe(copy.rows.size);
      expect(sorted(side.fields('Restored 2026-11-23'))).toEqual(sorted(before));
      expect(side.sent()).toBe(0);
    });

    it('makes nothing twice where a restore is repeated, and finishes what was begun', async () => {
      await side.fillRichly();
      const before = side.fields('');
      const copy = newCopy();
      await backUp(copy);
      lose(side);
      const rows = [...copy.rows.values()];
      await restore(copy, rows.slice(0, Math.ceil(rows.length / 2)), 'Restored');
      const second = await restore(copy, rows, 'Restored');
      expect(second.there.length).toBe(Math.ceil(rows.length / 2));
      expect(second.differences).toEqual([]);
      expect(sorted(side.fields('Restored'))).toEqual(sorted(before));
    });

    it('says what is in a restored folder, and no longer what was deleted from it', async () => {
      side.fill(8);
      const copy = newCopy();
      await backUp(copy);
      const { target, placed } = await restore(copy, [...copy.rows.values()], 'Restored');
      const listed = async (folder: string) => {
        const items = await copy.workload.restore.itemsIn({ target, folder }, copy.deps);
        if (!items.ok) throw new Error(items.error.detail);
        return items.value;
      };
      for (const { id, folder } of placed) expect(await listed(folder)).toContain(id);
      const [first] = placed;
      await side.deleteItem(first?.id ?? '');
      expect(await listed(first?.folder ?? '')).not.toContain(first?.id);
    });

    it.skipIf(!inPlace)('puts back the values that a restore has changed', async () => {
      await side.fillRichly();
      side.fill(4);
      const copy = newCopy();
      await backUp(copy);
      lose(side);
      const before = sorted(side.fields(''));
      const port = copy.workload.restore.inPlace;
      const changes = new Map<string, ItemChange>();
      for (const row of copy.rows.values()) {
        const change = await port?.change(row, copy.store, copy.deps);
        if (change?.ok) changes.set(row.item, change.value);
      }
      const rows = [...copy.rows.values()];
      const { placed } = await restore(copy, rows, 'Restored');
      expect(sorted(side.fields(''))).not.toEqual(before);
      for (const [i, row] of [...rows.entries()].toReversed()) {
        const change = changes.get(row.item);
        if (!change) throw new Error(`no change of ${row.name}`);
        for (let twice = 0; twice < 2; twice++) {
          const undone = await port?.undo(row, placed[i]?.written ?? nothing, change, copy.deps);
          expect(undone).toMatchObject({ ok: true });
        }
      }
      expect(sorted(side.fields(''))).toEqual(before);
    });

    it.skipIf(inPlace)('takes back what a restore made', async () => {
      side.fill(4);
      const copy = newCopy();
      await backUp(copy);
      const before = side.truth();
      const { target } = await restore(copy, [...copy.rows.values()], 'Restored');
      expect(side.truth().size).toBe(before.size * 2);
      expect(await copy.workload.restore.removeTarget(target, withNotes(copy))).toMatchObject({ ok: true });
      expect(side.fields('Restored').size).toBe(0);
      expect(await copy.workload.restore.removeTarget(target, withNotes(copy))).toMatchObject({ ok: true });
    });
  });
}
