/** What a seed folder gave: how much was taken over, and which items are not there as they stand on disk. */

export interface SeedCounts {
  mails: number;
  files: number;
  /** Files and folders with another name than on disk. */
  renamed: number;
  /** Files and folders that are not in the tenant. */
  dropped: number;
}

export interface SeedReport {
  readonly counts: SeedCounts;
  /** `why` is the rest of a sentence about the item: `is reserved`. */
  rename(path: string, name: string, why: string): void;
  drop(path: string, why: string): void;
  /** One line for each renamed or dropped item; beyond fifty, how many more there were. */
  lines(): string[];
}

const most = 50;

export function createSeedReport(): SeedReport {
  const counts: SeedCounts = { mails: 0, files: 0, renamed: 0, dropped: 0 };
  const first: string[] = [];
  // Quoted: a name on disk may hold line breaks.
  const note = (path: string, what: string) => {
    if (first.length < most) first.push(`${JSON.stringify(path)} ${what}`);
  };
  return {
    counts,
    rename: (path, name, why) => {
      counts.renamed++;
      note(path, `${why}: renamed to ${JSON.stringify(name)}`);
    },
    drop: (path, why) => {
      counts.dropped++;
      note(path, `${why}: left out`);
    },
    lines: () => {
      const more = counts.renamed + counts.dropped - first.length;
      return more > 0 ? [...first, `… and ${more} more`] : [...first];
    },
  };
}
