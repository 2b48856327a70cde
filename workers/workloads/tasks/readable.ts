/** A task as a text that anybody can read, and its files: what a hand-over has beside the JSON. */
import { utf8 } from '../../kernel/bytes.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { Row } from '../../repository/model.ts';
import type { ContentSource, HandOverFile } from '../workload.ts';
import { readTask, readTaskAttachment } from './item.ts';
import type { StoredTask } from './task.ts';

type Time = StoredTask['dueDateTime'];

const statusWords: Readonly<Record<string, string>> = {
  notStarted: 'not started',
  inProgress: 'in progress',
  completed: 'completed',
  waitingOnOthers: 'waiting on others',
  deferred: 'deferred',
};

/** `2026-12-01 07:30 UTC`; a day alone where it is midnight. */
function when(time: Time): string | undefined {
  if (!time) return undefined;
  const [day = '', clock = ''] = time.dateTime.split('T');
  return clock.startsWith('00:00') || clock === '' ? day : `${day} ${clock.slice(0, 5)} ${time.timeZone}`;
}

/** What a person reads first, in this order. */
export function factsOfTask(task: StoredTask): (readonly [string, string])[] {
  const facts: [string, string | null | undefined][] = [
    ['Status', statusWords[task.status ?? ''] ?? task.status],
    ['Importance', task.importance === 'normal' ? undefined : task.importance],
    ['Due', when(task.dueDateTime)],
    ['Starts', when(task.startDateTime)],
    ['Reminder', task.isReminderOn === true ? when(task.reminderDateTime) : undefined],
    ['Completed', when(task.completedDateTime)],
    ['Repeats', task.recurrence ? repeats(task.recurrence) : undefined],
    ['Categories', task.categories?.join(', ')],
    ['Created', task.createdDateTime?.slice(0, 10)],
  ];
  return facts.flatMap(([label, value]) => (value ? [[label, value] as const] : []));
}

function readableTask(task: StoredTask): string {
  const steps = (task.checklistItems ?? []).map(
    ({ displayName, isChecked }) => `[${isChecked === true ? 'x' : ' '}] ${displayName ?? ''}`,
  );
  const links = (task.linkedResources ?? []).map(({ displayName, applicationName, webUrl }) =>
    [displayName ?? applicationName ?? '', webUrl].filter(Boolean).join(': '),
  );
  const files = (task.attachments ?? []).map(({ name }) => name ?? '');
  return [
    task.title ?? '',
    ...factsOfTask(task).map(([label, value]) => `${label}: ${value}`),
    ...block('', noteOf(task)),
    ...block('Steps', steps),
    ...block('Links', links),
    ...block('Files', files),
    '',
  ].join('\n');
}

const block = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', ...(title === '' ? [] : [title]), ...lines];

/** Formatted notes without their tags. */
export function noteOf({ body }: StoredTask): string[] {
  const content = body?.content ?? '';
  const text =
    body?.contentType === 'html'
      ? content
          .replace(/<(?:br|\/p|\/div|\/li)\b[^<>]*>/gi, '\n')
          .replace(/<[^<>]*>/g, '')
          .replace(/&nbsp;/g, ' ')
          .replace(/&lt;/g, '<')
          .replace(/&gt;/g, '>')
          .replace(/&quot;/g, '"')
          .replace(/&amp;/g, '&')
      : content;
  return text.trim() === '' ? [] : text.trim().split(/\r?\n/);
}

const units: Readonly<Record<string, string>> = {
  daily: 'day',
  weekly: 'week',
  absoluteMonthly: 'month',
  relativeMonthly: 'month',
  absoluteYearly: 'year',
  relativeYearly: 'year',
};

/** `every 2 weeks on monday, until 2027-01-31` */
function repeats(recurrence: Readonly<Record<string, unknown>>): string {
  const pattern = asRecord(recurrence['pattern']);
  const range = asRecord(recurrence['range']);
  const unit = units[String(pattern['type'])] ?? String(pattern['type']);
  const interval = Number(pattern['interval'] ?? 1);
  const days = Array.isArray(pattern['daysOfWeek']) ? pattern['daysOfWeek'].map(String) : [];
  const on = days.length > 0 ? ` on ${days.join(', ')}` : '';
  const every = interval > 1 ? `every ${interval} ${unit}s` : `every ${unit}`;
  const end = {
    endDate: `, until ${String(range['endDate'])}`,
    numbered: `, ${String(range['numberOfOccurrences'])} times`,
  }[String(range['type'])];
  return `${every}${on}${end ?? ''}`;
}

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};

export async function* readableFiles(
  row: Row,
  content: ContentSource,
): AsyncGenerator<Result<HandOverFile>, void> {
  const task = await readTask(row, content);
  if (!task.ok) return yield task;
  yield ok({ isReadable: true, name: `${row.name}.txt`, bytes: utf8(readableTask(task.value)) });
  for (const [index, { name }] of (task.value.attachments ?? []).entries()) {
    const bytes = await readTaskAttachment(row, content, index);
    if (!bytes.ok) return yield bytes;
    yield ok({ isReadable: false, name: name || 'file', bytes: bytes.value });
  }
}
