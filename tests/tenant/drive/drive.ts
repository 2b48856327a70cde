/** One drive: a tree of items with its rules. Everything that changes an item goes through here. */
import { GraphError } from '../graph/context.ts';
import type { Clock } from '../world/clock.ts';
import type { Ids } from '../world/ids.ts';
import { createChangeLog, type ChangeLog } from './change-log.ts';
import type { Content } from './content.ts';
import { newItemIds, rootItemIds, type ItemIds } from './drive-ids.ts';
import { ancestorsOf, currentVersion, pathOf, subtreeOf } from './item.ts';
import type { Dates, Grant, IdentitySet, Item } from './item.ts';
import { freeName, nameKey, requireName } from './names.ts';
import { appendVersion, applyDates, attach, detach, newItem } from './tree.ts';

export type ConflictBehavior = 'fail' | 'replace' | 'rename';

export type DriveOwner =
  | { readonly userId: string; readonly upn: string; readonly displayName: string }
  | { readonly siteId: string; readonly name: string };

export interface DriveFacts {
  readonly id: string;
  readonly owner: DriveOwner;
  readonly createdDateTime: string;
  /** The site behind the drive, as `parentReference.siteId` prints it. */
  readonly siteId: string;
  /** `/personal/ada_contoso_example` or `/sites/Marketing`, below the host of its kind. */
  readonly sitePath: string;
  readonly libraryName: 'Documents' | 'Shared Documents';
  /** First bytes of every item id of this drive. */
  readonly prefix: Buffer;
}

/** Who acts and with which dates; dates left out are the tenant's now. */
export interface Write {
  readonly by: IdentitySet;
  readonly dates?: Partial<Dates> | undefined;
}

export interface Placement {
  readonly parent: Item;
  readonly name: string;
  readonly conflict: ConflictBehavior;
}

const TEBIBYTE = 1024 ** 4;

export class Drive {
  readonly root: Item;
  readonly log: ChangeLog;
  readonly facts: DriveFacts;
  quotaBytes = TEBIBYTE;
  deletedBytes = 0;
  sharingDisabled = false;
  /** Delta tokens of an earlier generation answer 410. */
  tokenGeneration = 0;
  resyncCode = 'resyncChangesApplyDifferences';
  readonly #items = new Map<string, Item>();
  readonly #clock: Clock;
  readonly #ids: Ids;

  constructor(facts: DriveFacts, deps: { clock: Clock; ids: Ids }) {
    this.facts = facts;
    this.#clock = deps.clock;
    this.#ids = deps.ids;
    this.log = createChangeLog(deps.clock);
    const by = { user: { displayName: 'System Account' } };
    this.root = this.#insert(rootItemIds(facts.prefix), 'root', { name: 'root', parent: undefined }, { by });
  }

  get id(): string {
    return this.facts.id;
  }

  item(id: string): Item | undefined {
    const found = this.#items.get(id);
    return found?.deleted ? undefined : found;
  }

  /** By decoded path segments below `base`; undefined where any is missing. */
  find(segments: readonly string[], base: Item = this.root): Item | undefined {
    let at: Item | undefined = base;
    for (const segment of segments) at = at?.children.get(nameKey(segment));
    return at;
  }

  items(): Item[] {
    return [...subtreeOf(this.root)];
  }

  /** Finds or makes every folder of a path. */
  folderAt(segments: readonly string[], write: Write, base: Item = this.root): Item {
    let at = base;
    for (const name of segments) {
      const found = at.children.get(nameKey(name));
      if (found?.kind === 'file') throw nameTaken();
      at = found ?? this.addFolder({ parent: at, name, conflict: 'fail' }, write);
    }
    return at;
  }

  /** `replace` keeps a folder that is there: OneDrive never empties one by creating it again. */
  addFolder(place: Placement, write: Write): Item {
    const existing = this.#occupant(place);
    if (existing && place.conflict === 'replace' && existing.kind === 'folder') return existing;
    if (existing && place.conflict !== 'rename') throw nameTaken();
    const name = this.#claimName(place);
    return this.#insert(newItemIds(this.facts.prefix, this.#ids), 'folder', { ...place, name }, write);
  }

  /** Creates the file, or writes a new version where one is there and may be replaced. */
  writeFile(place: Placement, content: Content, write: Write): { item: Item; created: boolean } {
    const existing = this.#occupant(place);
    if (existing && place.conflict === 'replace') {
      if (existing.kind !== 'file') throw nameTaken();
      this.writeContent(existing, content, write);
      return { item: existing, created: false };
    }
    if (existing && place.conflict === 'fail') throw nameTaken();
    const name = this.#claimName(place);
    this.requireRoom(content.bytes.length);
    const item = this.#insert(newItemIds(this.facts.prefix, this.#ids), 'file', { ...place, name }, write);
    appendVersion(item, content, write.by);
    return { item, created: true };
  }

  /** Creation date and id stay; a new version, eTag and cTag appear. */
  writeContent(item: Item, content: Content, write: Write): void {
    requireWritable(item, write.by);
    this.requireRoom(content.bytes.length - item.size);
    applyDates(item, { lastModifiedDateTime: this.#clock.iso(), ...write.dates });
    item.contentRevision++;
    appendVersion(item, content, write.by);
    this.#touch(item, write.by);
  }

  /** Rename and move keep the id; descendants do not show up in delta. */
  relocate(item: Item, place: Placement, by: IdentitySet): void {
    requireWritable(item, by);
    if (item === this.root) throw new GraphError(400, 'invalidRequest', 'The root folder cannot be changed.');
    requireOutside(item, place.parent);
    const occupant = this.#occupant(place);
    if (occupant && occupant !== item) {
      if (place.conflict === 'fail') throw nameTaken();
      if (place.conflict === 'replace') this.remove(occupant, by);
    }
    const name = occupant === item ? place.name : this.#claimName(place);
    requireName(name, pathOf(place.parent));
    detach(item);
    item.name = name;
    item.contentRevision++;
    attach(item, place.parent);
    this.#touch(item, by);
  }

  /** New dates are a new version of a file, as SharePoint counts them. */
  setDates(item: Item, dates: Partial<Dates>, by: IdentitySet): void {
    requireWritable(item, by);
    applyDates(item, dates);
    const current = currentVersion(item);
    if (current) appendVersion(item, current.content, by);
    this.#touch(item, by);
  }

  /** The item and everything below it; each leaves a tombstone in delta. Nothing is locked for who says nobody does it. */
  remove(item: Item, by: IdentitySet | undefined): void {
    if (item === this.root) throw new GraphError(400, 'invalidRequest', 'The root folder cannot be deleted.');
    const doomed = [...subtreeOf(item)];
    if (by) for (const each of doomed) requireWritable(each, by);
    this.deletedBytes += item.size;
    detach(item);
    for (const each of doomed) {
      each.deleted = true;
      this.log.record(each);
    }
  }

  /** Versions and permissions stay behind, dates are new: as the real copy does. */
  copy(item: Item, place: Placement, by: IdentitySet): Item {
    requireOutside(item, place.parent);
    const content = currentVersion(item)?.content;
    if (content) return this.writeFile(place, content, { by }).item;
    const folder = this.addFolder(place, { by });
    for (const child of item.children.values()) {
      this.copy(child, { parent: folder, name: child.name, conflict: 'replace' }, by);
    }
    return folder;
  }

  addGrant(item: Item, grant: Grant): void {
    item.grants.push(grant);
    this.log.record(item, 'sharing');
  }

  removeGrant(item: Item, id: string): boolean {
    const at = item.grants.findIndex((grant) => grant.id === id);
    if (at < 0) return false;
    item.grants.splice(at, 1);
    this.log.record(item, 'sharing');
    return true;
  }

  /** Until it is checked in, the file is this person's alone to change. */
  checkOut(item: Item, by: IdentitySet): void {
    requireWritable(item, by);
    this.mark(item, { checkedOut: by });
  }

  /** Throws 423 where somebody else has it, 400 where nobody has. */
  checkIn(item: Item, by: IdentitySet): void {
    requireWritable(item, by);
    if (!item.marks.checkedOut) throw new GraphError(400, 'invalidRequest', 'The file is not checked out.');
    delete item.marks.checkedOut;
    this.log.record(item);
  }

  /** Marks come from outside the API, yet a client sees the item change. */
  mark(item: Item, marks: Item['marks']): void {
    Object.assign(item.marks, marks);
    this.log.record(item);
  }

  get freeBytes(): number {
    return Math.max(0, this.quotaBytes - this.root.size - this.deletedBytes);
  }

  /** Throws 507 where `bytes` more do not fit. */
  requireRoom(bytes: number): void {
    if (bytes > this.freeBytes) {
      throw new GraphError(507, 'quotaLimitReached', 'The user has reached their quota limit.', {
        innerCode: 'insufficientStorage',
      });
    }
  }

  #occupant(place: Placement): Item | undefined {
    if (place.parent.kind === 'file') {
      throw new GraphError(400, 'invalidRequest', 'The parent of an item must be a folder.');
    }
    return place.parent.children.get(nameKey(place.name));
  }

  #claimName(place: Placement): string {
    const taken = (name: string) => place.parent.children.has(nameKey(name));
    const name = place.conflict === 'rename' ? freeName(place.name, taken) : place.name;
    requireName(name, pathOf(place.parent));
    return name;
  }

  #insert(
    ids: ItemIds,
    kind: Item['kind'],
    at: { name: string; parent: Item | undefined },
    write: Write,
  ): Item {
    const item = newItem(ids, kind, { name: at.name, at: this.#clock.iso(), by: write.by });
    applyDates(item, write.dates ?? {});
    this.#items.set(item.id, item);
    if (at.parent) attach(item, at.parent);
    this.log.record(item);
    return item;
  }

  #touch(item: Item, by: IdentitySet): void {
    item.revision++;
    item.lastModifiedBy = by;
    this.log.record(item);
  }
}

export const nameTaken = () =>
  new GraphError(409, 'nameAlreadyExists', 'An item with the same name already exists under the parent.');

function requireOutside(item: Item, folder: Item): void {
  if (item === folder && item.kind !== 'file') throw intoItself();
  for (const above of ancestorsOf(folder)) if (above === item) throw intoItself();
}

const intoItself = () =>
  new GraphError(400, 'invalidRequest', 'A folder cannot be moved or copied into itself.');

const isSame = (one: IdentitySet, other: IdentitySet): boolean =>
  (one.user?.id ?? one.application?.id) === (other.user?.id ?? other.application?.id);

/** Throws 423 where an open file is locked, or checked out by somebody else. */
export function requireWritable(item: Item, by: IdentitySet): void {
  if (item.marks.locked) {
    throw new GraphError(423, 'resourceLocked', 'The resource you are attempting to access is locked.');
  }
  if (item.marks.checkedOut && !isSame(item.marks.checkedOut, by)) {
    throw new GraphError(423, 'resourceLocked', 'The file is checked out for editing.', {
      innerCode: 'resourceCheckedOut',
    });
  }
}
