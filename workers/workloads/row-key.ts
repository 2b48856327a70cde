/** Keys of rows and shapes of cursors: small fixed texts made from longer ones. */

const endOfTime = 9_999_999_999_999;

/**
 * Ascending keys put one folder's items together, newest first, so that one day's changes touch few pages of the tree
 * and a folder is one range. Unique because it ends in the item's id; folders whose hashes meet merely interleave.
 */
export function rowKey(folder: string, date: string, item: string): string {
  const time = Math.min(Math.max(Date.parse(date) || 0, 0), endOfTime);
  return `${hash(folder)}${String(endOfTime - time).padStart(13, '0')}${item}`;
}

/** Stands for a query: a cursor made by another query must not be continued. */
export const cursorShape = (query: string): string => hash(query);

/** Tells whether a text is still the same; not against somebody who wants it to seem so. */
export const fingerprint = (text: string): string => hash(text);

/** FNV-1a, 32 bits (draft-eastlake-fnv): spreads well, promises nothing. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, '0');
}
