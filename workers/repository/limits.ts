/** Every bound that a reader of a repository holds to, in one place. Sizes in bytes. A repository is hostile until proved ours. */

const KiB = 1024;
const MiB = 1024 * KiB;

/** Content-defined chunks; below the least size content is one blob. */
export const chunkSizes = { least: 512 * KiB, average: 2 * MiB, most: 8 * MiB } as const;

/** Plaintext of one blob: one chunk or one tree page. */
export const mostBlobBytes = chunkSizes.most;
/** Blobs of one part: 256 GiB at the average chunk, above OneDrive's 250 GB. */
export const mostBlobsPerPart = 131_072;

/** A pack is closed before it would grow past this. */
export const packBytes = 16 * MiB;
export const mostBlobsPerPack = 65_536;
export const mostPackFileBytes = 32 * MiB;

/** Plaintext of an index segment, a snapshot or a run. */
export const mostObjectBytes = 64 * MiB;
/** A segment is closed with the pack that brings it here: with a whole pack more it stays far below `mostObjectBytes`. */
export const fullSegmentEntries = 50_000;
/** Segments with fewer entries than `fullSegmentEntries` are merged once there are this many. */
export const indexFanIn = 8;

export const mostKeyringBytes = 64 * KiB;
export const mostSlots = 16;
export const mostSlotBytes = 8 * KiB;

/** Entries of one page; the average is 256. */
export const mostPageEntries = 1024;
/** A page is closed once its text is longer than this; only a single huge row makes one longer. */
export const pageTextLength = 512 * KiB;
export const mostTreeDepth = 8;
/** A row whose JSON would be longer is kept without its parts, as failed. With the rest of its page it stays below a blob. */
export const mostRowBytes = 6 * MiB;
export const mostJsonDepth = 64;

/** Files of one kind that a listing is followed for. */
export const mostFiles = 1_000_000;
/** Blobs that the index holds: 2^32 table slots at load one half, by far. */
export const mostIndexedBlobs = 50_000_000;
