/** The built-in tasks of the demo: what two of its people have in Microsoft To Do. All of it is made up. */
import type { TaskBox } from '../todo/store.ts';
import type { TaskFields, TaskList } from '../todo/task.ts';
import { utc } from '../todo/zoned-time.ts';
import type { World } from '../world/world.ts';

const day = 86_400_000;

interface Planned extends Partial<
  Omit<TaskFields, 'body' | 'dueDateTime' | 'reminderDateTime' | 'completedDateTime'>
> {
  readonly title: string;
  readonly note?: string;
  /** Days from today; the past is below zero. */
  readonly created: number;
  readonly due?: number;
  readonly reminder?: number;
  readonly completed?: number;
  readonly steps?: readonly string[];
  /** How many of the steps are done. */
  readonly done?: number;
  readonly link?: { readonly name: string; readonly url: string };
  readonly file?: { readonly name: string; readonly text: string };
}

interface Plan {
  readonly alias: string;
  /** By the list's name; `Tasks` is there already. */
  readonly lists: Readonly<Record<string, readonly Planned[]>>;
}

const everyYear = (startDate: string) => ({
  pattern: {
    type: 'absoluteYearly',
    interval: 1,
    month: Number(startDate.slice(5, 7)),
    dayOfMonth: Number(startDate.slice(8)),
    daysOfWeek: [],
    firstDayOfWeek: 'sunday',
    index: 'first',
  },
  range: {
    type: 'noEnd',
    startDate,
    endDate: '0001-01-01',
    recurrenceTimeZone: 'UTC',
    numberOfOccurrences: 0,
  },
});

const ada: Plan = {
  alias: 'ada',
  lists: {
    Tasks: [
      {
        title: 'Call Woodgrove Bank about the credit line',
        created: -3,
        due: 2,
        reminder: 2,
        importance: 'high',
      },
      {
        title: 'Renew the liability insurance',
        note: 'Zofia wants the number of employees and last year’s turnover. Policy and form are in the file.',
        created: -40,
        due: 12,
        recurrence: everyYear('2026-12-07'),
        categories: ['Blue category'],
        link: { name: 'Trey Insurance', url: 'https://trey-insurance.example/renewals' },
        file: { name: 'policy-numbers.txt', text: 'Liability TI-48-20917\nMachinery TI-48-20918\n' },
      },
      { title: 'Sign Kaija’s internship papers', created: -9, completed: -6 },
    ],
    'Trade fair': [
      {
        title: 'Book the stand',
        created: -30,
        due: 20,
        status: 'inProgress',
        steps: ['Ask for a corner', 'Measure the oak table', 'Power for two lamps'],
        done: 1,
      },
      { title: 'Brochures at the printer’s', created: -30, due: 25, status: 'waitingOnOthers' },
      { title: 'Hotel for three', created: -28, status: 'deferred' },
    ],
  },
};

const jonas: Plan = {
  alias: 'jonas',
  lists: {
    Tasks: [{ title: 'Dentist', created: -2, due: 6, reminder: 5 }],
    Workshop: [
      {
        title: 'Order 18 mm birch ply, 12 sheets',
        note: 'Sam Hollis has it in the second week. Not the poplar core again.',
        created: -5,
        due: 1,
        importance: 'high',
      },
      {
        title: 'Oak table for Ingrid Solberg',
        created: -21,
        due: 9,
        status: 'inProgress',
        categories: ['Green category'],
        steps: ['Glue up the top', 'Cut the breadboard ends', 'Finish: two coats of oil', 'Pack'],
        done: 2,
      },
      { title: 'New blades for the planer', created: -18, completed: -11 },
      { title: 'Sägespäne abholen lassen — 東側の倉庫', created: -1 },
    ],
  },
};

function listNamed(box: TaskBox, name: string): TaskList {
  return [...box.lists.values()].find((list) => list.displayName === name) ?? box.addList(name);
}

function plan(box: TaskBox, list: TaskList, today: number, planned: Planned): void {
  const {
    title,
    note = '',
    created,
    due,
    reminder,
    completed,
    steps = [],
    done = 0,
    link,
    file,
    ...rest
  } = planned;
  const at = (days: number | undefined, hours = 0) =>
    days === undefined ? null : utc(today + days * day + hours * 3_600_000);
  const createdAt = today + created * day + 8.5 * 3_600_000;
  const task = box.addTask(
    list,
    {
      ...rest,
      title,
      body: { content: note, contentType: 'text' },
      status: completed === undefined ? (rest.status ?? 'notStarted') : 'completed',
      isReminderOn: reminder !== undefined,
      dueDateTime: at(due),
      reminderDateTime: at(reminder, 7),
      completedDateTime: at(completed),
    },
    { createdAt },
  );
  const createdDateTime = new Date(createdAt).toISOString();
  for (const [index, displayName] of steps.entries()) {
    const isChecked = index < done;
    const checkedDateTime = isChecked ? createdDateTime : null;
    task.checklistItems.push({ id: box.newId(), displayName, isChecked, checkedDateTime, createdDateTime });
  }
  if (link) {
    const { name, url } = link;
    const found = { applicationName: name, displayName: name, externalId: null, webUrl: url };
    task.linkedResources.push({ id: box.newId(), ...found });
  }
  if (file) box.attach(task, { name: file.name, contentType: 'text/plain', bytes: Buffer.from(file.text) });
}

export function seedDemoTasks(world: World): void {
  const today = Math.floor(world.clock.now() / day) * day;
  for (const { alias, lists } of [ada, jonas]) {
    const user = world.directory.user(`${alias}@${world.tenant.domain}`);
    if (!user) continue;
    const box = world.todo.box(user.id);
    for (const [name, tasks] of Object.entries(lists))
      for (const planned of tasks) plan(box, listNamed(box, name), today, planned);
  }
}
