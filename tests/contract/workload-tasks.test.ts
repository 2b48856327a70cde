import { describe, expect, it } from 'vitest';
import { createTasksSide, type TasksSide } from './tasks-side.ts';
import { Copy } from './workload-world.ts';
import { workloadSuite } from './workload.suite.ts';

workloadSuite('tasks', createTasksSide);

const copyOf = (side: TasksSide): Copy => new Copy(side.workload(), side.account, side.deps);

async function backUp(copy: Copy): Promise<void> {
  expect(await copy.list()).toMatchObject({ ok: true });
  expect(await copy.fetchAll()).toEqual([]);
}

describe('tasks of flagged mails', () => {
  it('are skipped with their documented cause, and go when the flag does', async () => {
    const side = await createTasksSide();
    const { mail } = side.tenant.world;
    const mime = Buffer.from('Subject: The offer\r\nMessage-ID: <1@x>\r\n\r\nText\r\n');
    const flagged = mail.deliver(side.userId, 'Inbox', mime, { flagged: true });
    await side.add('Tasks', { title: 'Mine' });
    const copy = copyOf(side);
    await backUp(copy);
    const states = () =>
      [...copy.rows.values()].map(({ name, state, reason }) => `${name}: ${reason ?? state}`);
    expect(states().toSorted()).toEqual(['Mine: stored', 'The offer: flagged-mail']);
    mail.remove(side.userId, flagged);
    await backUp(copy);
    expect(states()).toEqual(['Mine: stored']);
  });
});

describe('files of a task', () => {
  it('are fetched once, whatever else of the task is changed', async () => {
    const side = await createTasksSide();
    await side.fillRichly();
    const copy = copyOf(side);
    await backUp(copy);
    const before = side.contentRequests();
    expect(before).toBe(2);
    await side.editMetadata();
    await backUp(copy);
    expect(side.contentRequests()).toBe(before);
    const parts = [...copy.rows.values()].flatMap(({ parts: own }) =>
      own.filter(({ role }) => role === 'attachment'),
    );
    expect(parts.map(({ size }) => size)).toEqual([3, 2_000_000]);
  });

  it('of a task that was found damaged are all fetched anew', async () => {
    const side = await createTasksSide();
    await side.fillRichly();
    const copy = copyOf(side);
    await backUp(copy);
    const before = side.contentRequests();
    for (const row of copy.rows.values()) copy.rows.set(row.item, { ...row, state: 'pending' });
    expect(await copy.fetchAll()).toEqual([]);
    expect(side.contentRequests()).toBe(before + 2);
  });

  it('stand beside a text that anybody can read, for a hand-over', async () => {
    const side = await createTasksSide();
    await side.fillRichly();
    const copy = copyOf(side);
    await backUp(copy);
    const handedOver = async (title: string) => {
      const row = [...copy.rows.values()].find(({ name }) => name === title);
      const files: [string, string][] = [];
      for await (const file of copy.workload.alongside?.(row as NonNullable<typeof row>, copy.store) ?? []) {
        if (!file.ok) throw new Error(file.error.code);
        files.push([file.value.name, Buffer.from(file.value.bytes).toString()]);
      }
      return files;
    };
    expect((await handedOver('With files')).map(([name, text]) => `${name} ${text.length}`)).toEqual([
      expect.stringMatching(/^With files\.txt/),
      'plan.txt 3',
      'plan.txt 2000000',
    ]);
    expect((await handedOver('With steps'))[0]?.[1]).toContain('\nSteps\n[x] Measure\n[ ] Cut\n[ ] Cut\n');
    expect((await handedOver('Every other monday'))[0]?.[1]).toContain(
      'Due: 2026-12-07\nRepeats: every 2 weeks on monday, until 2027-06-30\n',
    );
  });
});

describe('a restore that was cut short', () => {
  it.each([
    ['POST /users/{id}/todo/lists', 'a list'],
    ['POST /users/{id}/todo/lists/{id}/tasks', 'a task'],
    ['POST /users/{id}/todo/lists/{id}/tasks/{id}/checklistItems', 'a step'],
    ['POST /users/{id}/todo/lists/{id}/tasks/{id}/attachments', 'a file'],
  ])('makes nothing twice where the answer to %s was lost: %s', async (call) => {
    const side = await createTasksSide();
    await side.fillRichly();
    const before = side.fields('');
    const copy = copyOf(side);
    await backUp(copy);
    side.loseEverything();
    const [method = '', route = ''] = call.split(' ');
    side.tenant.world.faults.set([{ match: { method, route, every: 2 }, answer: { lost: true } }]);
    const { restore } = copy.workload;
    const target = await restore.openTarget(copy.account, 'Back', copy.deps);
    if (!target.ok) throw new Error(target.error.code);
    const deps = { ...copy.deps, notes: copy.notes };
    const lists = new Map<string, string>();
    for (const folder of copy.folders()) {
      const list = await restore.makeFolder(target.value, 'todo', folder, deps);
      if (!list.ok) throw new Error(list.error.code);
      lists.set(folder.id, list.value);
    }
    for (const row of copy.rows.values()) {
      const place = { target: target.value, folder: lists.get(row.folder) ?? '' };
      const put = await restore.putItem(place, row, copy.store, copy.deps);
      expect(put).toMatchObject({ ok: true, value: { losses: [] } });
    }
    expect(side.tenant.world.faults.rules()[0]?.hits).toBeGreaterThan(0);
    const restored = side.tenant.world.todo.box(side.userId).lists.values();
    expect([...restored].filter(({ displayName }) => displayName.endsWith(' (Back)'))).toHaveLength(5);
    expect([...side.fields('Back')].toSorted()).toEqual([...before].toSorted());
  });
});
