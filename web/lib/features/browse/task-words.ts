/** A task in one line, under its title. */
import type { TaskRowView } from '#workers/contract/views.ts';

const statuses: Readonly<Record<string, string>> = {
  notStarted: '',
  inProgress: 'in progress',
  completed: 'completed',
  waitingOnOthers: 'waiting on others',
  deferred: 'deferred',
};

export function taskLine({ status, due, completed, importance, steps }: TaskRowView): string {
  const parts = [
    status === 'completed' && completed ? `completed ${day(completed)}` : (statuses[status] ?? status),
    due && status !== 'completed' ? `due ${day(due)}` : '',
    importance === 'high' ? 'important' : '',
    steps ? `${steps[0]} of ${steps[1]} steps` : '',
  ];
  return parts.filter(Boolean).join(' · ') || 'not started';
}

const formatter = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });

/** A day without a time, in whatever zone the person is. */
function day(text: string): string {
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(time) ? text : formatter.format(time);
}
