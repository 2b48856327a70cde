import { describe, expect, it } from 'vitest';
import { asShown } from '../../../../workers/workloads/as-shown.ts';
import type { FieldChange, ItemChange } from '../../../../workers/workloads/workload.ts';

const city: FieldChange = { field: 'city', now: 'Kiel', backup: 'Bremen' };
const members: FieldChange = { field: 'members', now: [], backup: ['ada', 'jonas'] };
const there = (...fields: FieldChange[]): ItemChange => ({ id: 'id', fields });
const absent: ItemChange = { id: null, fields: [city] };
const codeOf = (now: ItemChange, change: ItemChange | undefined, begun = false) => {
  const shown = asShown(now, { change, begun });
  return shown.ok ? 'ok' : shown.error.code;
};
const changed = 'job/changed-since-plan';

describe('what is there now, beside what the plan has shown', () => {
  it.each<[string, ItemChange, ItemChange | undefined, string]>([
    ['the same', there(city), there(city), 'ok'],
    ['a field that has become as in the backup', there(), there(city), 'ok'],
    ['somebody who has come back by now', there({ ...members, backup: ['ada'] }), there(members), 'ok'],
    ['somebody more who has gone', there({ ...members, backup: ['ada', 'otto'] }), there(members), changed],
    ['another value', there({ ...city, now: 'Ulm' }), there(city), changed],
    ['a field that was not shown', there(city, members), there(city), changed],
    ['an item of which nothing was shown', there(city), undefined, changed],
    ['nothing to do, as was shown', there(), undefined, 'ok'],
    ['gone since', absent, there(city), changed],
    ['gone since, where nothing was to be done', { id: null, fields: [] }, undefined, changed],
    ['still gone', absent, absent, 'ok'],
    ['there again by somebody else', there(city), absent, changed],
    ['another object', { ...there(city), id: 'other' }, there(city), changed],
  ])('%s', (_what, now, shown, code) => {
    expect(codeOf(now, shown)).toBe(code);
  });

  it('lets a try go on that has brought it back itself, and no other', () => {
    expect(codeOf(there({ ...city, now: 'Ulm' }), absent, true)).toBe('ok');
    expect(codeOf(there({ ...city, now: 'Ulm' }), there(city), true)).toBe(changed);
  });
});
