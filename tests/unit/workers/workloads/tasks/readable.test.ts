import { describe, expect, it } from 'vitest';
import { factsOfTask, noteOf } from '../../../../../workers/workloads/tasks/readable.ts';
import { rowOfTask } from '../../../../../workers/workloads/tasks/task-row.ts';

const html = (content: string) => ({ id: 't', body: { content, contentType: 'html' } });

describe('a formatted note', () => {
  it.each([
    ['<p>Two coats</p><p>of <b>oil</b></p>', ['Two coats', 'of oil']],
    ['a &lt;b&gt; &amp;amp; c', ['a <b> &amp; c']],
    ['first<br>second<BR/>third', ['first', 'second', 'third']],
    ['<p>&nbsp;</p>', []],
  ])('is told without its tags: %s', (content, lines) => {
    expect(noteOf(html(content))).toEqual(lines);
  });

  it('of nothing but opening brackets is read as fast as any other', () => {
    const hostile = '<'.repeat(2_000_000);
    expect(noteOf(html(hostile))).toEqual([hostile]);
    expect(rowOfTask({ ...html(hostile), '@odata.etag': 'e' }, 'l', undefined).meta['preview']).toBe(
      hostile.slice(0, 255),
    );
  });
});

it('tells how a task comes again', () => {
  const told = (pattern: object, range: object) =>
    factsOfTask({ id: 't', recurrence: { pattern, range } }).find(([label]) => label === 'Repeats')?.[1];
  expect(told({ type: 'daily', interval: 1 }, { type: 'noEnd' })).toBe('every day');
  expect(told({ type: 'weekly', interval: 2, daysOfWeek: ['monday', 'friday'] }, { type: 'noEnd' })).toBe(
    'every 2 weeks on monday, friday',
  );
  expect(told({ type: 'absoluteMonthly', interval: 1 }, { type: 'numbered', numberOfOccurrences: 5 })).toBe(
    'every month, 5 times',
  );
});

it('tells days without a time, and times with their zone', () => {
  const at = (dateTime: string) => ({ dateTime, timeZone: 'UTC' });
  const facts = factsOfTask({
    id: 't',
    status: 'waitingOnOthers',
    dueDateTime: at('2026-12-01T00:00:00.0000000'),
    isReminderOn: true,
    reminderDateTime: at('2026-11-30T07:30:00.0000000'),
  });
  expect(facts).toEqual([
    ['Status', 'waiting on others'],
    ['Due', '2026-12-01'],
    ['Reminder', '2026-11-30 07:30 UTC'],
  ]);
});
