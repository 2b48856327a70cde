import { expect, it } from 'vitest';
import { taskLine } from '../../../../web/lib/features/browse/task-words.ts';

it.each([
  [{ status: 'notStarted' }, 'not started'],
  [{ status: 'inProgress', steps: [1, 3] as const }, 'in progress · 1 of 3 steps'],
  [{ status: 'completed', completed: '2026-03-01', due: '2026-04-01' }, 'completed Mar 1, 2026'],
  [{ status: 'notStarted', due: '2026-12-01', importance: 'high' }, 'due Dec 1, 2026 · important'],
  [{ status: 'somethingNew', due: 'soon' }, 'somethingNew · due soon'],
])('%o reads “%s”', (task, line) => {
  expect(taskLine(task)).toBe(line);
});
