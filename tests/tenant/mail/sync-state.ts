/** Tokens of delta queries: opaque to clients, everything a round needs frozen inside. */
import { GraphError } from '../graph/context.ts';
import { openToken, sealToken } from '../graph/odata.ts';
import type { ReaderPosition } from './change-log.ts';
import type { Mailbox } from './mailbox.ts';

/** The `$filter` of a message delta: `receivedDateTime ge|gt` a time in milliseconds. */
export interface ReceivedBound {
  readonly from: number;
  readonly inclusive: boolean;
}

export interface SyncState extends ReaderPosition {
  /** `messages:<folder>` or `folders`. */
  readonly scope: string;
  readonly mailbox: string;
  readonly generation: number;
  readonly select: string | null;
  readonly expand: string | null;
  readonly size: number | null;
  readonly bound: ReceivedBound | null;
  readonly changeType: string | null;
  /** A first round newest first: how many items it has given. Null where the round goes by changes. */
  readonly given: number | null;
  /** The last message of such a round. */
  readonly last: { readonly received: number; readonly key: number } | null;
  readonly hidden: boolean;
}

const invalid = (): GraphError => new GraphError(400, 'SyncStateInvalid', 'The sync state is invalid.');

export const sealSyncState = (state: SyncState): string => sealToken(state);

/** 400 for tokens that were not given for this scope and mailbox, 410 for forgotten ones. */
export function openSyncState(token: string, mailbox: Mailbox, scope: string): SyncState {
  let state: SyncState;
  try {
    state = openToken<SyncState>(token);
  } catch {
    throw invalid();
  }
  const whole = typeof state === 'object' && state !== null && Number.isInteger(state.since);
  if (!whole || state.scope !== scope || state.mailbox !== mailbox.ids.mailbox) throw invalid();
  if (state.generation !== mailbox.generation) {
    throw new GraphError(
      410,
      'SyncStateNotFound',
      `The sync state generation is not found; generation=${state.generation}.`,
    );
  }
  return state;
}
