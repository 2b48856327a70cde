/** Numbers, sizes, dates and durations as people read them, in the browser's language. */

const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Decimal units, as file managers and Microsoft's own pages count. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : value >= 9.95 ? 1 : 2;
  return `${value.toLocaleString(undefined, { maximumFractionDigits: digits })} ${units[unit]}`;
}

export const formatCount = (count: number): string => count.toLocaleString();

/** Per second: below ten, a digit after the point, so that slow is not told as nothing. */
export const formatRate = (perSecond: number): string =>
  perSecond.toLocaleString(undefined, { maximumFractionDigits: perSecond < 9.95 ? 1 : 0 });

/** `1 item`, `2 items`: English only needs these two. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

/** Coarser the longer it is: `40 s`, `12 min`, `3 h 20 min`, `2 days 4 h`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return withRest(`${hours} h`, minutes % 60, 'min');
  const days = Math.floor(hours / 24);
  return withRest(days === 1 ? '1 day' : `${days} days`, hours % 24, 'h');
}

/** A guess, said as one. */
export const formatEstimate = (ms: number): string =>
  ms < 10_000 ? 'a few seconds' : `about ${formatDuration(ms)}`;

const withRest = (whole: string, rest: number, unit: string): string =>
  rest === 0 ? whole : `${whole} ${rest} ${unit}`;

const isoDate = (iso: string): Date | undefined => {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? undefined : date;
};

export const formatDateTime = (iso: string): string =>
  isoDate(iso)?.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' }) ?? '';

export const formatDate = (iso: string): string =>
  isoDate(iso)?.toLocaleDateString(undefined, { dateStyle: 'medium' }) ?? '';

/** As mail lists show it: the time today, the day this year, else the date. */
export function formatListDate(iso: string, now: Date): string {
  const date = isoDate(iso);
  if (!date) return '';
  if (date.toDateString() === now.toDateString()) {
    return date.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
  }
  return date.getFullYear() === now.getFullYear()
    ? date.toLocaleDateString(undefined, { day: 'numeric', month: 'short' })
    : date.toLocaleDateString(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
}

/** Whole percent, never 100 before it is done. */
export const percentOf = (done: number, of: number): number =>
  of <= 0 ? 0 : done >= of ? 100 : Math.min(99, Math.floor((done / of) * 100));
