/**
 * What happened to the members of one container (messages of a folder, folders of a mailbox), by a number that only
 * grows. Each member stands in it once, at its last change, so a reader who pages on sees what changed meanwhile.
 */

export type ChangeKind = 'full' | 'read-state' | 'removed';

export interface Change {
  readonly key: number;
  readonly at: number;
  readonly kind: ChangeKind;
  /** When the member came into the container. */
  readonly added: number;
}

/** Where a reader stands. */
export interface ReaderPosition {
  /** The last change it has seen. */
  readonly since: number;
  /** Where its last complete round ended; 0 for who has never finished one. */
  readonly base: number;
  /** The container's last change when this round began. */
  readonly start: number;
}

export interface ChangeLog {
  note(key: number, at: number, kind: ChangeKind): void;
  /**
   * Up to `most` changes after the reader's position, oldest first. A member that changed in full since the last
   * round is given in full even where only its read flag changed after that; a member that came and went between
   * two rounds is left out.
   */
  after(position: ReaderPosition, most: number): Change[];
}

interface Entry extends Change {
  /** The last change that was more than a read flag. */
  readonly fullAt: number;
  /** When the member first came; it may have left and come back since. */
  readonly first: number;
}

export function createChangeLog(): ChangeLog {
  let entries: Entry[] = [];
  const current = new Map<number, Entry>();

  const firstAfter = (since: number): number => {
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((entries[middle]?.at ?? 0) <= since) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    note(key, at, kind) {
      const before = current.get(key);
      const stays = before !== undefined && before.kind !== 'removed';
      const entry: Entry = {
        key,
        at,
        kind,
        added: stays ? before.added : at,
        first: before?.first ?? at,
        fullAt: kind === 'read-state' && before ? before.fullAt : at,
      };
      current.set(key, entry);
      entries.push(entry);
      if (entries.length > 1_000 && entries.length > 2 * current.size) {
        entries = entries.filter((candidate) => current.get(candidate.key) === candidate);
      }
    },
    after({ since, base, start }, most) {
      const found: Change[] = [];
      for (let index = firstAfter(since); index < entries.length && found.length < most; index++) {
        const entry = entries[index];
        if (!entry || current.get(entry.key) !== entry) continue;
        if (entry.kind === 'removed' && entry.first > base && entry.at <= start) continue;
        found.push(entry.kind === 'read-state' && entry.fullAt > base ? { ...entry, kind: 'full' } : entry);
      }
      return found;
    },
  };
}
