/** In which order the members of a collection last changed, by a number that only grows. */
export interface Change {
  readonly id: string;
  readonly at: number;
}

export interface Changes {
  /** Also for who is gone: what became of an id is looked up when it is told. */
  note(id: string): number;
  last(): number;
  /** Oldest first; each member once, at its last change. */
  after(at: number): Change[];
}

export function createChanges(): Changes {
  const changes = new Map<string, number>();
  let last = 0;
  return {
    note: (id) => {
      changes.delete(id);
      changes.set(id, ++last);
      return last;
    },
    last: () => last,
    after: (since) => [...changes].flatMap(([id, at]) => (at > since ? [{ id, at }] : [])),
  };
}
