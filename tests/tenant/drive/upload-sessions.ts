/**
 * Upload sessions: a file arrives in fragments, in order, and becomes an item with the last one.
 * https://learn.microsoft.com/graph/api/driveitem-createuploadsession
 */
import { GraphError } from '../graph/context.ts';
import { isoSeconds, type Clock } from '../world/clock.ts';
import type { Ids } from '../world/ids.ts';
import type { ContentPool } from './content.ts';
import type { Drive, Placement, Write } from './drive.ts';
import { requireWritable } from './drive.ts';
import type { Item } from './item.ts';
import { nameKey, requireName } from './names.ts';
import { pathOf } from './item.ts';

/** Fragments but the last are multiples of this many bytes. */
export const FRAGMENT_UNIT = 320 * 1024;
export const MAX_FRAGMENT = 60 * 1024 * 1024;
/** OneDrive for Business takes files up to 250 GB. */
const MAX_FILE = 250 * 1024 ** 3;
/** Each fragment puts the end off again. */
export const SESSION_LIFETIME_MS = 24 * 60 * 60 * 1000;

export interface UploadOrder {
  readonly drive: Drive;
  readonly place: Placement;
  readonly write: Write;
  readonly deferCommit: boolean;
  /** Declared size, checked against the quota at once. */
  readonly fileSize?: number | undefined;
}

export interface UploadSession {
  readonly id: string;
  readonly order: UploadOrder;
  readonly fragments: Uint8Array[];
  received: number;
  total: number | undefined;
  expires: number;
}

export interface Fragment {
  readonly start: number;
  readonly end: number;
  readonly total: number;
  readonly bytes: Uint8Array;
}

export interface Committed {
  readonly item: Item;
  readonly created: boolean;
}

export interface UploadSessions {
  create(order: UploadOrder): UploadSession;
  /** Throws 404 `itemNotFound` once a session has ended or expired. */
  get(id: string): UploadSession;
  /** The finished item with the last fragment, else null. The session outlives a commit that fails. */
  receive(session: UploadSession, fragment: Fragment): Committed | null;
  commit(session: UploadSession): Committed;
  cancel(session: UploadSession): void;
}

export function createUploadSessions(deps: { clock: Clock; ids: Ids; pool: ContentPool }): UploadSessions {
  const { clock, ids, pool } = deps;
  const open = new Map<string, UploadSession>();

  const commit = (session: UploadSession): Committed => {
    if (session.total === undefined || session.received < session.total) {
      throw new GraphError(400, 'invalidRequest', 'The upload session is not complete.', {
        innerCode: 'uploadSessionIncomplete',
      });
    }
    const { drive, place, write } = session.order;
    if (place.conflict === 'fail' && place.parent.children.has(nameKey(place.name))) throw lateConflict();
    const committed = drive.writeFile(place, pool.add(Buffer.concat(session.fragments)), write);
    open.delete(session.id);
    return committed;
  };

  return {
    create(order) {
      requirePlace(order);
      const expires = clock.now() + SESSION_LIFETIME_MS;
      const session = { id: ids.guid(), order, fragments: [], received: 0, total: undefined, expires };
      open.set(session.id, session);
      return session;
    },
    get(id) {
      const session = open.get(id);
      if (!session || session.expires <= clock.now() || session.order.place.parent.deleted) {
        open.delete(id);
        throw new GraphError(404, 'itemNotFound', 'The upload session was not found.', {
          innerCode: 'uploadSessionNotFound',
        });
      }
      return session;
    },
    receive(session, fragment) {
      requireNext(session, fragment);
      session.total = fragment.total;
      session.fragments.push(fragment.bytes);
      session.received += fragment.bytes.length;
      session.expires = clock.now() + SESSION_LIFETIME_MS;
      return session.received === session.total && !session.order.deferCommit ? commit(session) : null;
    },
    commit,
    cancel: (session) => void open.delete(session.id),
  };
}

/** What every answer about a session says of it. */
export const sessionProgress = (session: UploadSession) => ({
  expirationDateTime: isoSeconds(session.expires),
  nextExpectedRanges: session.received === session.total ? [] : [`${session.received}-`],
});

/** Throws what can be known before the first byte: names, locks, conflicts, quota. */
function requirePlace({ drive, place, write, fileSize }: UploadOrder): void {
  requireName(place.name, pathOf(place.parent));
  const occupant = place.parent.children.get(nameKey(place.name));
  if (occupant && (place.conflict === 'fail' || (place.conflict === 'replace' && occupant.kind !== 'file'))) {
    throw new GraphError(409, 'nameAlreadyExists', 'The specified item name already exists.');
  }
  if (occupant && place.conflict === 'replace') requireWritable(occupant, write.by);
  if (fileSize !== undefined) drive.requireRoom(fileSize);
}

function requireNext(session: UploadSession, { start, end, total, bytes }: Fragment): void {
  const refuse = (message: string, innerCode: string) => {
    throw new GraphError(400, 'invalidRequest', message, { innerCode });
  };
  if (total > MAX_FILE) refuse('The file is larger than the limit allows.', 'maxFileSizeExceeded');
  if (bytes.length > MAX_FRAGMENT) {
    throw new GraphError(413, 'invalidRequest', 'The fragment is larger than the limit allows.', {
      innerCode: 'maxFragmentLengthExceeded',
    });
  }
  if (end - start + 1 !== bytes.length || end >= total) {
    refuse('The Content-Range header does not fit the fragment.', 'invalidParameterFormat');
  }
  if (session.total !== undefined && session.total !== total) {
    refuse('Declared total size differs from that of the upload session.', 'fragmentLengthMismatch');
  }
  if (start !== session.received) throw outOfOrder(start < session.received);
  if (end + 1 < total && bytes.length % FRAGMENT_UNIT !== 0) {
    refuse('The size of a fragment must be a multiple of 320 KiB.', 'invalidParameterFormat');
  }
}

const outOfOrder = (overlaps: boolean) =>
  new GraphError(416, 'invalidRange', overlaps ? 'Uploaded fragment overlaps.' : 'Fragment out of order.', {
    innerCode: overlaps ? 'fragmentOverlap' : 'fragmentOutOfOrder',
  });

const lateConflict = () =>
  new GraphError(
    409,
    'upload_name_conflict',
    'Another file exists with the same name as the uploaded session. You can redirect the upload session to use a new filename.',
    { innerCode: 'nameAlreadyExists' },
  );
