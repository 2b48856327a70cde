import { beforeEach, describe, expect, it } from 'vitest';
import { GraphError } from '../../../tenant/graph/context.ts';
import {
  createThrottle,
  directoryUnits,
  fileUnits,
  publishedLimits,
  type Demand,
  type Limits,
} from '../../../tenant/graph/throttle.ts';
import { createClock } from '../../../tenant/world/clock.ts';

const query = (text = '') => new URLSearchParams(text);
const demand = (route: string, more: Partial<Demand> = {}): Demand => ({
  appId: 'app',
  method: 'GET',
  route,
  query: query(),
  mailbox: 'amy',
  bodyBytes: 0,
  ...more,
});
const messages = '/users/{id}/messages';

let clock: ReturnType<typeof createClock>;
let limits: Limits;
let throttle: ReturnType<typeof createThrottle>;
beforeEach(() => {
  clock = createClock(Date.UTC(2026, 10, 23));
  limits = { ...publishedLimits };
  throttle = createThrottle(clock, limits);
});

const refusal = (ask: () => unknown): GraphError | undefined => {
  try {
    ask();
    return undefined;
  } catch (error) {
    return error instanceof GraphError ? error : undefined;
  }
};

describe('Outlook', () => {
  it('takes four at once per mailbox and app', () => {
    const running = Array.from({ length: 4 }, () => throttle.admit(demand(messages)));
    expect(refusal(() => throttle.admit(demand(messages)))).toMatchObject({
      status: 429,
      code: 'ApplicationThrottled',
    });
    expect(refusal(() => throttle.admit(demand(messages, { mailbox: 'bao' })))).toBeUndefined();
    expect(refusal(() => throttle.admit(demand(messages, { appId: 'other' })))).toBeUndefined();
    running[0]?.release();
    expect(refusal(() => throttle.admit(demand(messages)))).toBeUndefined();
  });

  it('takes so many in ten minutes, refused ones counted, and says when to come back', () => {
    limits.outlookPer10Minutes = 3;
    const ask = () => refusal(() => throttle.admit(demand(messages)).release());
    expect([ask(), ask(), ask()]).toEqual([undefined, undefined, undefined]);
    clock.advance(60_000);
    expect(ask()?.options.headers).toEqual({ 'Retry-After': '540' });
    limits.retryAfter = 'date';
    expect(ask()?.options.headers).toEqual({ 'Retry-After': 'Mon, 23 Nov 2026 00:10:00 GMT' });
    limits.retryAfter = 'missing';
    expect(ask()?.options.headers).toEqual({});
    clock.advance(540_000);
    expect(ask()).toBeUndefined();
  });

  it('limits the bytes sent', () => {
    const upload = demand(messages, { method: 'POST', bodyBytes: 100 * 1024 * 1024 });
    expect(refusal(() => throttle.admit(upload).release())).toBeUndefined();
    expect(refusal(() => throttle.admit(upload).release())?.message).toContain('RequestBodyBytes');
  });
});

describe('files', () => {
  it.each([
    ['GET', '/drives/{id}/items/{id}', '', 1],
    ['GET', '/drives/{id}/items/{id}/children', '', 2],
    ['GET', '/drives/{id}/root/delta', '', 2],
    ['GET', '/drives/{id}/root/delta', 'token=x', 1],
    ['GET', '/drives/{id}/items/{id}/permissions', '', 5],
    ['GET', '/drives/{id}/items/{id}', '$expand=permissions', 5],
    ['PUT', '/drives/{id}/items/{id}/content', '', 2],
  ])('%s %s?%s costs %i', (method, route, text, units) => {
    expect(fileUnits({ method, route, query: query(text) })).toBe(units);
  });

  it('shows what is left from four fifths on, then refuses', () => {
    limits.filesUnitsPerMinute = 10;
    const ask = () => throttle.admit(demand('/drives/{id}/items/{id}'));
    for (let i = 0; i < 7; i++) expect(ask().headers).toEqual({});
    expect(ask().headers).toEqual({
      'RateLimit-Limit': '10',
      'RateLimit-Remaining': '2',
      'RateLimit-Reset': '60',
    });
    ask();
    ask();
    const refused = refusal(ask);
    expect(refused).toMatchObject({ status: 429, code: 'activityLimitReached' });
    expect(refused?.options).toMatchObject({
      innerCode: 'throttledRequest',
      headers: { 'Retry-After': '60' },
    });
    clock.advance(60_000);
    expect(refusal(ask)).toBeUndefined();
  });
});

describe('the directory', () => {
  it.each([
    ['/users', '', 2],
    ['/users', '$select=id', 1],
    ['/users', '$expand=manager', 3],
    ['/users', '$select=id&$top=5', 1],
    ['/subscribedSkus', '', 3],
    ['/users/{id}/transitiveMemberOf', '', 5],
  ])('%s?%s costs %i', (route, text, units) => {
    expect(directoryUnits({ method: 'GET', route, query: query(text) })).toBe(units);
  });

  it('tells the price always, and the cause when it refuses', () => {
    limits.directoryUnitsPer10Seconds = 4;
    const ask = () => throttle.admit(demand('/users'));
    expect(ask().headers).toEqual({ 'x-ms-resource-unit': '2' });
    expect(ask().headers).toEqual({ 'x-ms-resource-unit': '2', 'x-ms-throttle-limit-percentage': '1.00' });
    expect(refusal(ask)?.options.headers).toMatchObject({
      'x-ms-throttle-information': 'ResourceUnitLimitExceeded',
    });
  });
});

it('limits nothing where limits are off', () => {
  Object.assign(limits, { outlookConcurrent: null, outlookPer10Minutes: null, filesUnitsPerMinute: null });
  limits.outlookUploadBytesPer5Minutes = null;
  for (let i = 0; i < 20_000; i++)
    throttle.admit(demand(i % 2 ? messages : '/drives/{id}', { bodyBytes: 1e9 }));
  expect(refusal(() => throttle.admit(demand(messages)))).toBeUndefined();
});
