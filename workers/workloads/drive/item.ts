/** One file: downloaded, checked against the service's hash, stored as one part. */
import { failure, type Failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Account, Part, Row } from '../../repository/model.ts';
import { isGone } from '../is-gone.ts';
import { findPart } from '../read-part.ts';
import type { ContentSink, ContentSource, FetchOutcome, WorkloadDeps } from '../workload.ts';
import type { DownloadLinks } from './download-links.ts';
import {
  driveCall,
  driveItemSchema,
  isOfficeFile,
  itemPath,
  itemSelect,
  parseFileMeta,
  type DriveItem,
} from './drive-item.ts';
import { rowOfItem } from './file-row.ts';
import { createQuickXorHash } from './quick-xor-hash.ts';
import { skipCauseOfFailure } from './skip.ts';

export const contentRole = 'content';

interface Fetching {
  readonly account: Account;
  readonly links: DownloadLinks;
  readonly sink: ContentSink;
  readonly deps: WorkloadDeps;
}

/**
 * Downloads the file in its present version; the row that comes back describes that version. Where the bytes do not
 * have the length or hash announced, or the file changes meanwhile, the item is asked for again and downloaded once
 * more. Office documents whose bytes still differ are stored, with the hash of what came; other files fail and are
 * tried again in a later run.
 */
export async function fetchFile(row: Row, fetching: Fetching): Promise<FetchOutcome> {
  const kept = fetching.links.take(fetching.account.id, row.item, row.version);
  const first = await attempt(
    kept === undefined ? await askAgain(row, fetching) : ok({ row, url: kept }),
    fetching,
  );
  if (first.kind !== 'differs') return first;
  const trust = isOfficeFile(row.name) ? 'as-sent' : 'as-listed';
  const second = await attempt(await askAgain(first.row, fetching), fetching, trust);
  return second.kind === 'differs' ? settle(second) : second;
}

/** A row together with a link to just that version. */
interface Linked {
  readonly row: Row;
  readonly url: string;
}

interface Differs {
  readonly kind: 'differs';
  readonly row: Row;
  readonly got: Download | undefined;
}

/** SharePoint writes properties into Office files after upload; their listed size and hash may then be old. */
type SizeTrust = 'as-listed' | 'as-sent';

async function attempt(
  linked: Result<Linked>,
  fetching: Fetching,
  trust: SizeTrust = 'as-listed',
): Promise<FetchOutcome | Differs> {
  if (!linked.ok) return outcomeOf(linked.error);
  const { row } = linked.value;
  if (row.state === 'skipped') return { kind: 'skipped', row, cause: row.reason ?? '' };
  const got = await download(linked.value, fetching, trust);
  return got.ok ? judge(row, got.value, fetching) : outcomeWithout(row, got.error);
}

function outcomeWithout(row: Row, { reason, from }: NoContent): FetchOutcome | Differs {
  const mayHaveChanged = reason.code === 'network/truncated' || reason.code === 'graph/conflict';
  if (mayHaveChanged) return { kind: 'differs', row, got: undefined };
  if (from === 'graph') return outcomeOf(reason);
  return skipOf(reason, row) ?? { kind: 'failed', failure: reason };
}

async function judge(row: Row, got: Download, fetching: Fetching): Promise<FetchOutcome | Differs> {
  const announced = parseFileMeta(row.meta).hash;
  // Without a hash that proves it, what came in two transfers may be of two versions of one length.
  if (got.isResumed && announced !== got.hash) {
    const same = await linkToSame(row, fetching);
    if (!same.ok) return outcomeWithout(row, { reason: same.error, from: 'graph' });
  }
  if (announced !== '' && announced !== got.hash) return { kind: 'differs', row, got };
  return { kind: 'stored', row: stored(row, got.part) };
}

async function askAgain(row: Row, fetching: Fetching): Promise<Result<Linked>> {
  const item = await readItem(row, fetching);
  if (!item.ok) return item;
  const now = rowOfItem(item.value, { ...row, state: 'pending' }, new Set());
  const url = item.value['@microsoft.graph.downloadUrl'] ?? '';
  if (url === '' && now.state !== 'skipped' && now.size > 0) {
    return err(failure('graph/unexpected-shape', 'the file has no download link'));
  }
  return ok({ row: now, url });
}

/** A fresh link to just this version; `graph/conflict` where the file has changed. */
async function linkToSame(row: Row, fetching: Fetching): Promise<Result<string>> {
  const now = await askAgain(row, fetching);
  if (!now.ok) return now;
  const isSame = now.value.row.version === row.version && now.value.row.state !== 'skipped';
  return isSame ? ok(now.value.url) : err(failure('graph/conflict', 'the file changed during its download'));
}

function settle({ row, got }: Differs): FetchOutcome {
  if (got && isOfficeFile(row.name)) {
    return {
      kind: 'stored',
      row: stored({ ...row, meta: { ...row.meta, receivedHash: got.hash } }, got.part),
    };
  }
  const detail = 'the file does not have the size and content hash that the service announces';
  return { kind: 'failed', failure: failure('network/truncated', detail, { retry: 'later' }) };
}

function stored(row: Row, part: Part): Row {
  const { reason: _, ...rest } = row;
  return { ...rest, state: 'stored', parts: [part] };
}

interface Download {
  readonly part: Part;
  readonly hash: string;
  /** Came in more than one transfer. */
  readonly isResumed: boolean;
}

/** Why there is no content. Graph, asked for a fresh link, knows the item; a content host knows only its link. */
interface NoContent {
  readonly reason: Failure;
  readonly from: 'graph' | 'content';
}

async function download(
  { row, url }: Linked,
  fetching: Fetching,
  trust: SizeTrust,
): Promise<Result<Download, NoContent>> {
  const { sink, deps } = fetching;
  const hash = createQuickXorHash();
  let isResumed = false;
  const finished = (part: Result<Part>): Result<Download, NoContent> =>
    part.ok
      ? ok({ part: part.value, hash: hash.digest(), isResumed })
      : err({ reason: part.error, from: 'content' });
  if (row.size === 0) return finished(await sink.store(contentRole, new Uint8Array()));
  let broken: Failure | undefined;
  async function* pieces(source: AsyncIterable<Result<Uint8Array>>): AsyncGenerator<Uint8Array, void> {
    for await (const piece of source) {
      if (!piece.ok) {
        broken = piece.error;
        return;
      }
      hash.update(piece.value);
      yield piece.value;
    }
  }
  let refused: Failure | undefined;
  const renew = async (): Promise<Result<string>> => {
    const link = await linkToSame(row, fetching);
    if (!link.ok) refused = link.error;
    return link;
  };
  const source = deps.graph.download({
    url,
    renew,
    size: trust === 'as-sent' ? trust : row.size,
    resumed: () => {
      isResumed = true;
    },
    signal: deps.signal,
  });
  const part = await sink.store(contentRole, pieces(source));
  if (broken) return err({ reason: broken, from: broken === refused ? 'graph' : 'content' });
  return finished(part);
}

const readItem = (row: Row, { account, deps }: Fetching): Promise<Result<DriveItem>> =>
  deps.graph.get(`${itemPath(account, row.item)}?${itemSelect}`, driveItemSchema, driveCall(deps));

const outcomeOf = (reason: Failure): FetchOutcome =>
  isGone(reason) ? { kind: 'vanished' } : { kind: 'failed', failure: reason };

function skipOf(reason: Failure, row: Row): FetchOutcome | undefined {
  const cause = skipCauseOfFailure(reason.code);
  return cause && { kind: 'skipped', cause, row: { ...row, state: 'skipped', reason: cause, parts: [] } };
}

export async function* originalFile(
  row: Row,
  content: ContentSource,
): AsyncGenerator<Result<Uint8Array>, void> {
  const part = findPart(row, contentRole);
  if (part.ok) yield* content.read(part.value);
  else yield part;
}
