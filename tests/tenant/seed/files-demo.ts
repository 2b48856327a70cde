/** Believable files for the demo's drives: real Office, PDF and picture files, made on the spot, the same every time. */
import type { Item } from '../drive/item.ts';
import type { Drive } from '../drive/drive.ts';
import type { World } from '../world/world.ts';
import { createRandom, type Random } from './files-demo/random.ts';
import { archiveLeaf, commonShelf, personalShelf, siteShelf, type Leaf } from './files-demo/shelves.ts';

/** Files beyond the small demo, over all drives. */
const ARCHIVE: Readonly<Record<'small' | 'large' | 'huge', number>> = {
  small: 0,
  large: 2_000,
  huge: 20_000,
};
/** About so many files in the small demo, however many people it has. */
const SMALL_TOTAL = 96;
/** Drives after these belong to the crowd of the bigger sizes and get a few files each. */
const FULL_DRIVES = 12;
const BIG_FILE = 12 * 1024 * 1024 + 345;
const DAY = 24 * 60 * 60 * 1000;

/** Fills every drive that is there. Dates lie in the two years before the tenant's now. */
export function seedDemoFiles(world: World, size: 'small' | 'large' | 'huge'): void {
  const drives = world.drives.all();
  const personal = drives.filter(({ facts }) => 'userId' in facts.owner);
  const people = Math.max(1, Math.min(personal.length, FULL_DRIVES));
  const stretch = Math.min(
    personalShelf.length,
    Math.max(6, Math.round(SMALL_TOTAL / people) - commonShelf.length),
  );
  for (const [index, drive] of drives.entries()) {
    const isPersonal = 'userId' in drive.facts.owner;
    const shelf = isPersonal
      ? [...commonShelf, ...stretchOf(personalShelf, index * 5, index < FULL_DRIVES ? stretch : 3)]
      : siteShelf;
    for (const leaf of shelf) placeLeaf(world, drive, leaf);
  }
  const [first, second] = personal;
  if (first) addRarities(world, first, second);
  for (let index = 0; index < ARCHIVE[size]; index++) {
    const drive = drives[index % drives.length];
    if (drive) placeLeaf(world, drive, archiveLeaf(index));
  }
}

/** `count` entries from `start` on, around the end. */
const stretchOf = <T>(list: readonly T[], start: number, count: number): T[] =>
  Array.from({ length: count }, (_, index) => list[(start + index) % list.length]).filter(
    (each) => each !== undefined,
  );

function placeLeaf(world: World, drive: Drive, leaf: Leaf): string {
  const { owner } = drive.facts;
  const author = 'userId' in owner ? owner.displayName : `${owner.name} team`;
  const key = leaf.common ? leaf.path : `${'userId' in owner ? owner.upn : owner.name}${leaf.path}`;
  const random = createRandom(key);
  const bytes = leaf.make({ random, author: leaf.common ? 'Human Resources' : author });
  return world.drives.put(drive.id, leaf.path, bytes, datesOf(world, random));
}

function datesOf(world: World, random: Random) {
  const today = Math.floor(world.clock.now() / DAY) * DAY;
  const created = today - random.between(40, 700) * DAY + random.between(8, 17) * 3600_000;
  const modified = Math.min(created + random.between(0, 600) * DAY, today - DAY);
  return { createdDateTime: iso(created), lastModifiedDateTime: iso(Math.max(created, modified)) };
}

const iso = (time: number) => new Date(time).toISOString();

/** What a backup has to cope with once: a big file, an empty one, old versions, a share. */
function addRarities(world: World, drive: Drive, neighbour: Drive | undefined): void {
  const put = (path: string, bytes: Uint8Array, seed = path) =>
    world.drives.put(drive.id, path, bytes, datesOf(world, createRandom(seed)));
  put('/Backups/crm-export.bin', createRandom('crm-export').bytes(BIG_FILE));
  put('/Notes/empty.txt', new Uint8Array());
  for (const draft of ['First draft.\n', 'Second draft, with figures.\n', 'Final text, approved.\n']) {
    put('/Documents/Statement.txt', new TextEncoder().encode(draft));
  }
  const handbook = drive.find(['Documents', 'Handbook']);
  if (handbook && neighbour) share(world, drive, handbook, neighbour);
}

function share(world: World, drive: Drive, item: Item, { facts: { owner } }: Drive): void {
  if (!('userId' in owner)) return;
  const grantedTo = { id: owner.userId, displayName: owner.displayName, email: owner.upn };
  drive.addGrant(item, { id: world.ids.opaque(18), roles: ['read'], grantedTo });
}
