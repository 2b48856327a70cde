/**
 * Changes of a drive since a token. https://learn.microsoft.com/graph/api/driveitem-delta
 * The root comes first, items may come twice (the last one counts), tokens freeze the query.
 */
import { GraphError } from '../graph/context.ts';
import { openToken, sealToken, top, type Entity } from '../graph/odata.ts';
import type { Clock } from '../world/clock.ts';
import type { Drive } from './drive.ts';
import { ancestorsOf, type Item } from './item.ts';
import { changedItemJson, selectItem } from './item-json.ts';
import type { SharePointUrls } from './sharepoint-urls.ts';

/** Undocumented for drives; the shortest life that clients report. */
export const TOKEN_LIFETIME_MS = 30 * 24 * 60 * 60 * 1000;
const PAGE = 200;
const MAX_PAGE = 5000;

interface Token {
  readonly drive: string;
  readonly generation: number;
  readonly issued: number;
  /** Changes up to this one have been given out. */
  readonly after: number;
  /** Enumerating everything: tombstones of before that began are left out. Zero where a token was given. */
  readonly began: number;
  readonly continued: boolean;
  readonly select: string | null;
  readonly top: number;
}

export interface DeltaRequest {
  /** `latest`, a timestamp, or one of ours; absent to begin. */
  readonly token: string | undefined;
  readonly select: string | undefined;
  readonly top: string | undefined;
  /** Names of the `Prefer` header, lower case. */
  readonly preferences: ReadonlyMap<string, string>;
}

export interface DeltaPage {
  readonly value: Entity[];
  readonly next: string;
  readonly link: '@odata.nextLink' | '@odata.deltaLink';
}

/** Throws 410 `resyncRequired` with a fresh start in `Location` (`linkTo` makes the url of a token). */
export function readDelta(
  drive: Drive,
  request: DeltaRequest,
  deps: { urls: SharePointUrls; clock: Clock; linkTo: (token: string) => string },
): DeltaPage {
  const token = tokenOf(drive, request, deps);
  if (request.token === 'latest') return { value: [], ...deltaLink(drive, token, deps.clock) };
  const wantsParents = token.began === 0 && !request.preferences.has('deltaexcludeparent');
  const { items, after, more } = nextItems(drive, token, wantsParents);
  const print = (item: Item) => selectItem(changedItemJson(deps.urls, drive, item), token.select);
  const value = items.map((item) =>
    showsSharing(item, request) ? { ...sharedChanged, ...print(item) } : print(item),
  );
  if (!more) return { value, ...deltaLink(drive, { ...token, after }, deps.clock) };
  const next = sealToken({ ...token, after, continued: true, issued: deps.clock.now() });
  return { value, next, link: '@odata.nextLink' };
}

function deltaLink(drive: Drive, token: Token, clock: Clock): Pick<DeltaPage, 'next' | 'link'> {
  const settled = {
    ...token,
    began: 0,
    continued: false,
    issued: clock.now(),
    generation: drive.tokenGeneration,
  };
  return { next: sealToken(settled), link: '@odata.deltaLink' };
}

const sharedChanged = { '@microsoft.graph.sharedChanged': 'True' };

/** The annotation needs the whole set of preferences. */
const sharingPreferences = [
  'deltashowremovedasdeleted',
  'deltatraversepermissiongaps',
  'deltashowsharingchanges',
];

const showsSharing = (item: Item, { preferences }: DeltaRequest) =>
  item.sharingChange && sharingPreferences.every((name) => preferences.has(name));

function nextItems(drive: Drive, token: Token, wantsParents: boolean) {
  const items = new Set<Item>();
  let after = token.after;
  // A page after the first begins with the item that ended the page before, as the real service may repeat items.
  const from = token.continued && token.top > 1 ? token.after - 1 : token.after;
  for (const item of drive.log.after(from)) {
    if (item.deleted && item.sequence <= token.began) continue;
    const parents = wantsParents && !item.deleted ? [...ancestorsOf(item)].reverse() : [];
    const wanted = [...(token.continued ? [] : [drive.root]), ...parents, item].filter(
      (each) => !items.has(each),
    );
    const isFull = items.size + wanted.length > token.top && after > token.after;
    if (isFull) return { items: [...items], after, more: true };
    wanted.forEach((each) => items.add(each));
    after = Math.max(after, item.sequence);
  }
  return { items: [...items], after: drive.log.latest(), more: false };
}

function tokenOf(
  drive: Drive,
  request: DeltaRequest,
  deps: { clock: Clock; linkTo: (token: string) => string },
): Token {
  const fresh: Token = {
    drive: drive.id,
    generation: drive.tokenGeneration,
    issued: deps.clock.now(),
    after: 0,
    began: drive.log.latest(),
    continued: false,
    select: request.select ?? null,
    top: top(request.top, PAGE, MAX_PAGE),
  };
  const given = request.token;
  if (given === undefined || given === '') return fresh;
  if (given === 'latest') return { ...fresh, after: drive.log.latest(), began: 0 };
  if (/^\d{4}-\d\d-\d\d/.test(given)) return { ...fresh, after: drive.log.at(timeOf(given)), began: 0 };
  const token = openToken<Partial<Token>>(given);
  if (token.drive !== drive.id || token.after === undefined) {
    throw new GraphError(400, 'invalidRequest', 'The token does not belong to this request.');
  }
  const isOld = deps.clock.now() - (token.issued ?? 0) > TOKEN_LIFETIME_MS;
  if (token.generation !== drive.tokenGeneration || isOld) {
    throw new GraphError(410, 'resyncRequired', 'Resync required. Begin a fresh delta query.', {
      innerCode: drive.resyncCode,
      headers: { Location: deps.linkTo(sealToken({ ...fresh, select: token.select, top: token.top })) },
    });
  }
  return { ...fresh, ...token };
}

function timeOf(timestamp: string): number {
  const time = Date.parse(timestamp);
  if (Number.isNaN(time)) throw new GraphError(400, 'invalidRequest', 'The provided timestamp is not valid.');
  return time;
}
