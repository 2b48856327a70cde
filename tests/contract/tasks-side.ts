/** Somebody's Microsoft To Do in the simulated tenant, as the workload suite handles it. */
import { createHash } from 'node:crypto';
import { createTasksWorkload } from '../../workers/workloads/tasks/index.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { removeTask, todoState } from '../tenant/todo/state.ts';
import { appToken, call, userToken, type Json } from '../unit/tenant/core/clients.ts';
import { amy, smallTenant } from '../unit/tenant/core/start.ts';
import { allRights, clientWith, depsOf, graphClient } from './workload-world.ts';
import type { Side } from './workload.suite.ts';

export interface TasksSide extends Side {
  readonly tenant: Tenant;
  readonly userId: string;
  graph(method: string, path: string, body?: unknown): Promise<Json>;
  /** Address of a new task below `lists/`. */
  add(list: string, fields?: Json): Promise<string>;
}

type State = NonNullable<ReturnType<typeof todoState>>;
type Task = State[number]['tasks'][number];

/** `scopes`: by the sign-in of the person whose tasks they are, instead of the app's roles. */
export async function createTasksSide(
  roles: readonly string[] = allRights,
  scopes?: readonly string[],
): Promise<TasksSide> {
  const tenant = await smallTenant({ limits: 'none' });
  const { todo } = tenant.world;
  const userId = tenant.world.directory.user(amy)?.id ?? '';
  const token = await appToken(tenant, allRights);
  const asOwner = () =>
    userToken(tenant, {
      clientId: tenant.clientIds.registrator,
      scope: ['openid', ...(scopes ?? []).map((name) => `https://graph.microsoft.com/${name}`)].join(' '),
      upn: amy,
    });
  let contents = 0;
  const counted: Tenant = {
    ...tenant,
    fetch: (request) => {
      if (request.url.endsWith('/$value')) contents++;
      return tenant.fetch(request);
    },
  };
  const graph = async (method: string, path: string, body?: unknown) => {
    const { json, status } = await call(tenant, token, `/users/${userId}/todo/${path}`, { method, body });
    if (status >= 400) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
    return json;
  };
  let made = 0;
  const box = () => todo.box(userId);
  const state = (): State => todoState(tenant.world, userId) ?? [];
  const tasks = () => state().flatMap((list) => list.tasks.map((task) => ({ ...task, list })));
  const listId = async (name: string) =>
    state().find((list) => list.displayName === name)?.id ??
    String((await graph('POST', 'lists', { displayName: name }))['id']);
  const add = async (list: string, fields: Json = {}) => {
    const path = `lists/${await listId(list)}/tasks`;
    const { id } = await graph('POST', path, { title: `Task ${made++}`, ...fields });
    return `${path}/${String(id)}`;
  };
  const pathAt = (choice: number) => {
    const all = tasks();
    const task = all[choice % Math.max(1, all.length)];
    return task && `lists/${task.list.id}/tasks/${task.id}`;
  };
  const onTask = async (choice: number, work: (path: string) => Promise<unknown>): Promise<void> => {
    const path = pathAt(choice);
    if (path !== undefined) await work(path);
  };
  const ownList = (choice: number) => {
    const own = state().filter((list) => list.wellknownListName === 'none');
    return own[choice % Math.max(1, own.length)];
  };
  /** The clock goes on: two changes at one moment would look like one. */
  const edit = (name: string, work: (choice: number) => Promise<unknown>) => ({
    name,
    run: async (choice: number) => {
      tenant.world.clock.advance(1_000);
      await work(choice);
    },
  });

  return {
    tenant,
    userId,
    graph,
    add,
    account: { id: userId, userPrincipalName: amy, displayName: 'Amy' },
    deps: depsOf(scopes ? clientWith(counted, await asOwner()) : await graphClient(counted, roles)),
    workload: createTasksWorkload,
    severalPages: 230,
    fill(count) {
      for (let i = 0; i < count; i++) {
        const name = ['Tasks', 'Workshop', 'Ärger & Söhne'][i % 3] ?? '';
        const list = [...box().lists.values()].find((one) => one.displayName === name) ?? box().addList(name);
        const title = `Task ${made++}`;
        box().addTask(
          list,
          { title, body: { content: `Note ${i}`, contentType: 'text' } },
          { createdAt: i * 86_400_000 },
        );
      }
    },
    fillRichly: () => richTasks({ graph, add }),
    edits: [
      edit('add', (n) => add(n % 2 ? 'Tasks' : `New ${n % 3}`)),
      edit('complete', (n) => onTask(n, (path) => graph('PATCH', path, { status: 'completed' }))),
      edit('rename', (n) => onTask(n, (path) => graph('PATCH', path, { title: `Renamed ${made++}` }))),
      edit('add a step', (n) =>
        onTask(n, (path) => graph('POST', `${path}/checklistItems`, { displayName: `Step ${n}` })),
      ),
      edit('attach', (n) =>
        onTask(n, (path) => graph('POST', `${path}/attachments`, file(`f${n}`, Buffer.alloc(n + 1, n)))),
      ),
      edit('delete', (n) => onTask(n, (path) => graph('DELETE', path))),
      edit('destroy', async (n) => {
        const all = tasks();
        removeTask(tenant.world, userId, all[n % Math.max(1, all.length)]?.id ?? '');
      }),
      edit('rename a list', async (n) => {
        const list = ownList(n);
        if (list) await graph('PATCH', `lists/${list.id}`, { displayName: `List ${made++}` });
      }),
      edit('delete a list', async (n) => {
        const list = ownList(n);
        if (list) await graph('DELETE', `lists/${list.id}`);
      }),
    ],
    editMetadata: async () => {
      tenant.world.clock.advance(1_000);
      for (const { id, list } of tasks())
        await graph('PATCH', `lists/${list.id}/tasks/${id}`, { importance: 'high', categories: ['Blue'] });
    },
    truth: () =>
      new Map(
        [...box().lists.values()].flatMap((list) =>
          [...list.tasks.values()].map((task) => {
            const json = jsonOf(task);
            const sha256 = createHash('sha256').update(json).digest('hex');
            return [task.id, { path: list.displayName, name: task.title, sha256 }] as const;
          }),
        ),
      ),
    deleteItem: (id) => graph('DELETE', `lists/${id.replace('/', '/tasks/')}`),
    expireCursors: () => void box().generation++,
    loseEverything: () => {
      for (const { id } of tasks()) removeTask(tenant.world, userId, id);
      for (const list of box().lists.values()) if (list.wellknownListName === 'none') box().removeList(list);
    },
    fields: (folder) => {
      const ending = folder === '' ? '' : ` (${folder})`;
      const inside = state().filter(({ displayName }) => displayName.endsWith(ending));
      return new Map(
        inside.flatMap((list) =>
          list.tasks.map((task) => [
            `${list.displayName.slice(0, list.displayName.length - ending.length)}/${task.title}`,
            comparable(task),
          ]),
        ),
      );
    },
    contentRequests: () => contents,
    sent: () => tenant.world.outbox.sent.length,
  };
}

const file = (name: string, bytes: Buffer) => ({
  '@odata.type': '#microsoft.graph.taskFileAttachment',
  name,
  contentType: 'text/plain',
  contentBytes: bytes.toString('base64'),
});

/** What a restore does not bring back, and what it adds. */
const comparable = ({ checklistItems, linkedResources, ...task }: Task) => ({
  ...task,
  id: undefined,
  createdDateTime: undefined,
  checklistItems: checklistItems.map(({ displayName, isChecked }) => ({ displayName, isChecked })),
  linkedResources: linkedResources.filter(({ applicationName }) => applicationName !== 'Holdfast'),
});

type Stored =
  ReturnType<Tenant['world']['todo']['box']>['lists'] extends Map<string, infer L>
    ? L extends { tasks: Map<string, infer T> }
      ? T
      : never
    : never;

/** What Graph answers of a task, without annotations and the times of its last change: names in order, indented by two. */
function jsonOf(task: Stored): string {
  const given = Object.fromEntries(
    (['dueDateTime', 'startDateTime', 'reminderDateTime', 'completedDateTime', 'recurrence'] as const)
      .filter((name) => task[name] !== null)
      .map((name) => [name, task[name]]),
  );
  const attachments = task.attachments.map(({ bytes, ...one }) => ({ ...one, size: bytes.length }));
  const whole = {
    ...given,
    ...(attachments.length > 0 ? { attachments } : {}),
    body: task.body,
    categories: task.categories,
    checklistItems: task.checklistItems.map(({ checkedDateTime, ...step }) => ({
      ...step,
      ...(checkedDateTime === null ? {} : { checkedDateTime }),
    })),
    createdDateTime: task.createdDateTime,
    id: task.id,
    importance: task.importance,
    isReminderOn: task.isReminderOn,
    linkedResources: task.linkedResources,
    status: task.status,
    title: task.title,
  };
  return `${JSON.stringify(inOrder(whole), null, 2)}\n`;
}

const inOrder = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, inOrder(inner)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
};

const at = (dateTime: string) => ({ dateTime, timeZone: 'UTC' });

async function richTasks({ graph, add }: Pick<TasksSide, 'graph' | 'add'>): Promise<void> {
  await add('Tasks', { title: 'Plain' });
  await add('Tasks', {
    title: 'Everything & more <b>日本語</b>',
    body: { content: '<p>Two <b>coats</b></p>', contentType: 'html' },
    categories: ['Green category', 'Blue category'],
    importance: 'high',
    status: 'inProgress',
    isReminderOn: true,
    dueDateTime: at('2026-12-01T00:00:00.0000000'),
    startDateTime: at('2026-11-20T00:00:00.0000000'),
    reminderDateTime: at('2026-11-30T07:30:00.0000000'),
  });
  await add('Workshop', {
    title: 'Done',
    status: 'completed',
    completedDateTime: at('2026-03-01T00:00:00.0000000'),
  });
  await add('Workshop', { title: 'Waiting', status: 'waitingOnOthers', importance: 'low' });
  await add('Workshop', {
    title: 'Every other monday',
    dueDateTime: at('2026-12-07T00:00:00.0000000'),
    recurrence: {
      pattern: { type: 'weekly', interval: 2, daysOfWeek: ['monday'] },
      range: { type: 'endDate', startDate: '2026-12-07', endDate: '2027-06-30' },
    },
  });
  const steps = await add('Workshop', { title: 'With steps' });
  for (const [displayName, isChecked] of [
    ['Measure', true],
    ['Cut', false],
    ['Cut', false],
  ] as const)
    await graph('POST', `${steps}/checklistItems`, { displayName, isChecked });
  const link = {
    applicationName: 'Shop',
    displayName: 'Order 7',
    externalId: '7',
    webUrl: 'https://shop.example/7',
  };
  const linked = await add('Ärger & Söhne', { title: 'With links', linkedResources: [link] });
  await graph('POST', `${linked}/linkedResources`, { ...link, externalId: '8', displayName: 'Order 8' });
  const files = await add('Ärger & Söhne', { title: 'With files' });
  await graph('POST', `${files}/attachments`, file('plan.txt', Buffer.from('oak')));
  await graph('POST', `${files}/attachments`, file('plan.txt', Buffer.alloc(2_000_000, 7)));
  await graph('POST', 'lists', { displayName: 'Empty' });
}
