/** Times with a zone, as clients send them, in UTC, as To Do keeps them. */
import type { ZonedTime } from './task.ts';

/** Windows' names of some zones; IANA's are known to the runtime. */
const windowsZones: Readonly<Record<string, string>> = {
  'W. Europe Standard Time': 'Europe/Berlin',
  'GMT Standard Time': 'Europe/London',
  'Eastern Standard Time': 'America/New_York',
  'Pacific Standard Time': 'America/Los_Angeles',
  'Tokyo Standard Time': 'Asia/Tokyo',
};

/** How far the clocks of a zone are ahead of UTC at a time. Throws a RangeError for a zone nobody knows. */
function aheadMs(time: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(time);
  const part = (name: string) => Number(parts.find((one) => one.type === name)?.value);
  const wall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return wall - Math.floor(time / 1000) * 1000;
}

/** Milliseconds since the epoch; undefined where it is no time or no zone. */
function instant(dateTime: string, timeZone: string): number | undefined {
  const wall = Date.parse(`${dateTime.replace(/Z$/, '')}Z`);
  if (!Number.isFinite(wall)) return undefined;
  if (timeZone.toUpperCase() === 'UTC') return wall;
  const zone = windowsZones[timeZone] ?? timeZone;
  try {
    const near = wall - aheadMs(wall, zone);
    return wall - aheadMs(near, zone);
  } catch {
    return undefined;
  }
}

export const utc = (time: number): ZonedTime => ({
  dateTime: new Date(time).toISOString().replace('Z', '0000'),
  timeZone: 'UTC',
});

/** Undefined where the value is none. */
export function parseZonedTime(value: unknown): ZonedTime | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { dateTime, timeZone } = value as Record<string, unknown>;
  if (typeof dateTime !== 'string' || typeof timeZone !== 'string') return undefined;
  const time = instant(dateTime, timeZone);
  return time === undefined ? undefined : utc(time);
}
