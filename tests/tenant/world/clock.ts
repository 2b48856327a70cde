/** The tenant's own time, so that a test can let 300 s of replication pass in no time. */
export interface Clock {
  /** Milliseconds since the epoch, UTC. */
  now(): number;
  /** ISO 8601 with seconds, as Graph prints dates: `2026-11-23T10:00:00Z`. */
  iso(): string;
  advance(milliseconds: number): void;
}

export function createClock(start?: number): Clock {
  let offset = start === undefined ? 0 : start - Date.now();
  const now = () => Date.now() + offset;
  return {
    now,
    iso: () => isoSeconds(now()),
    advance: (milliseconds) => {
      offset += milliseconds;
    },
  };
}

export const isoSeconds = (time: number) => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
