import { beforeEach, describe, expect, it } from 'vitest';
import { tenantState } from '../../../tenant/oracle/state.ts';
import { startTenant } from '../../../tenant/tenant.ts';
import { appToken, errorCode } from '../core/clients.ts';
import { admin, amy } from '../core/start.ts';
import {
  amyId,
  get,
  lists,
  newList,
  newTask,
  openTenant,
  refusal,
  send,
  signedIn,
  tenant,
  titles,
  values,
} from './todo-world.ts';

beforeEach(openTenant);

describe('lists', () => {
  it('are two from the start, which nobody renames or deletes', async () => {
    const first = await values(lists);
    expect(first).toMatchObject([
      { displayName: 'Tasks', wellknownListName: 'defaultList', isOwner: true, isShared: false },
      { displayName: 'Flagged Emails', wellknownListName: 'flaggedEmails' },
    ]);
    for (const list of first) {
      const path = `${lists}/${String(list['id'])}`;
      expect(await refusal(send('PATCH', path, { displayName: 'x' }))).toEqual([400, 'invalidRequest']);
      expect(await refusal(send('DELETE', path))).toEqual([400, 'invalidRequest']);
    }
  });

  it('are made, renamed and deleted', async () => {
    const made = await send('POST', lists, { displayName: 'Workshop' });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({
      '@odata.context': `https://graph.microsoft.com/v1.0/$metadata#users('amy%40contoso.example')/todo/lists/$entity`,
      '@odata.etag': expect.stringMatching(/^W\/"/),
      displayName: 'Workshop',
      wellknownListName: 'none',
    });
    const path = `${lists}/${String(made.json['id'])}`;
    expect((await send('PATCH', path, { displayName: 'Benches' })).json).toMatchObject({
      displayName: 'Benches',
    });
    expect((await send('DELETE', path)).status).toBe(204);
    expect(await refusal(send('GET', path))).toEqual([404, 'ErrorItemNotFound']);
    expect(await refusal(send('POST', lists, {}))).toEqual([400, 'invalidRequest']);
  });

  it('of flagged mails follow the flags, and are not written', async () => {
    const mime = Buffer.from('Subject: The offer\r\nMessage-ID: <1@x>\r\n\r\nText\r\n');
    const mail = tenant.world.mail.deliver(amyId(), 'Inbox', mime, { flagged: true });
    tenant.world.mail.deliver(amyId(), 'Inbox', mime);
    const path = `${lists}/${String((await values(lists))[1]?.['id'])}/tasks`;
    expect(await titles(path)).toEqual(['The offer']);
    const delta = await get(`${path}/delta`);
    expect(await refusal(send('POST', path, { title: 'x' }))).toEqual([400, 'invalidRequest']);
    tenant.world.mail.remove(amyId(), mail);
    expect(await titles(path)).toEqual([]);
    expect(await values(String(delta['@odata.deltaLink']))).toMatchObject([
      { '@removed': { reason: 'deleted' } },
    ]);
  });
});

describe('tasks', () => {
  it('keep what they were made with', async () => {
    const list = await newList();
    const fields = {
      title: 'Oak table',
      body: { content: '<p>Two coats</p>', contentType: 'html' },
      categories: ['Green category'],
      importance: 'high',
      status: 'inProgress',
      isReminderOn: true,
      dueDateTime: { dateTime: '2026-12-01T00:00:00.0000000', timeZone: 'UTC' },
      startDateTime: { dateTime: '2026-11-20T00:00:00.0000000', timeZone: 'UTC' },
      reminderDateTime: { dateTime: '2026-11-30T07:30:00.0000000', timeZone: 'UTC' },
    };
    const path = await newTask(list, fields);
    expect(await get(path)).toMatchObject({ ...fields, hasAttachments: false });
    expect(await get(path)).not.toHaveProperty('completedDateTime');
    expect((await get(path))['createdDateTime']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/);
  });

  it.each([
    ['2026-12-01T09:00:00', 'Europe/Berlin', '2026-12-01T08:00:00.0000000'],
    ['2026-07-01T09:00:00', 'W. Europe Standard Time', '2026-07-01T07:00:00.0000000'],
    ['2026-12-01T00:00:00.0000000', 'UTC', '2026-12-01T00:00:00.0000000'],
  ])('have their times in UTC: %s %s', async (dateTime, timeZone, expected) => {
    const path = await newTask(await newList(), { dueDateTime: { dateTime, timeZone } });
    expect((await get(path))['dueDateTime']).toEqual({ dateTime: expected, timeZone: 'UTC' });
  });

  it('are completed on a day, and not any more', async () => {
    const path = await newTask(await newList());
    const done = await send('PATCH', path, { status: 'completed' });
    expect(done.json).toMatchObject({
      status: 'completed',
      completedDateTime: { dateTime: expect.stringMatching(/T00:00:00\.0000000$/), timeZone: 'UTC' },
    });
    expect((await send('PATCH', path, { status: 'notStarted' })).json).not.toHaveProperty(
      'completedDateTime',
    );
    const completedDateTime = { dateTime: '2026-03-01T00:00:00.0000000', timeZone: 'UTC' };
    const past = await send('PATCH', path, { status: 'completed', completedDateTime });
    expect(past.json).toMatchObject({ completedDateTime });
  });

  it('come again, with all that Graph answers of it', async () => {
    const recurrence = {
      pattern: { type: 'weekly', interval: 2, daysOfWeek: ['monday'] },
      range: { type: 'noEnd', startDate: '2026-12-07' },
    };
    const list = await newList();
    expect(await refusal(send('POST', `${list}/tasks`, { title: 'x', recurrence }))).toEqual([
      400,
      'invalidRequest',
    ]);
    const dueDateTime = { dateTime: '2026-12-07T00:00:00', timeZone: 'UTC' };
    expect((await get(await newTask(list, { recurrence, dueDateTime })))['recurrence']).toEqual({
      pattern: { ...recurrence.pattern, month: 0, dayOfMonth: 0, firstDayOfWeek: 'sunday', index: 'first' },
      range: {
        ...recurrence.range,
        endDate: '0001-01-01',
        recurrenceTimeZone: 'UTC',
        numberOfOccurrences: 0,
      },
    });
  });

  it.each([
    [{ title: undefined }, 'invalidRequest'],
    [{ title: '' }, 'invalidRequest'],
    [{ status: 'done' }, 'invalidRequest'],
    [{ importance: 5 }, 'invalidRequest'],
    [{ body: { content: 'x', contentType: 'rtf' } }, 'invalidRequest'],
    [{ dueDateTime: { dateTime: 'soon', timeZone: 'UTC' } }, 'invalidRequest'],
    [{ dueDateTime: { dateTime: '2026-12-01', timeZone: 'Nowhere' } }, 'invalidRequest'],
    [{ recurrence: { pattern: { type: 'hourly', interval: 1 } } }, 'invalidRequest'],
    [{ checklistItems: [] }, 'RequestBodyRead'],
    [{ nonsense: 1 }, 'RequestBodyRead'],
  ])('are refused with %j', async (wrong, code) => {
    const list = await newList();
    const answer = send('POST', `${list}/tasks`, { title: 'Order ply', ...wrong });
    expect(await refusal(answer)).toEqual([400, code]);
    expect(await titles(`${list}/tasks`)).toEqual([]);
  });

  it('are listed in pages, filtered, sorted, selected and expanded', async () => {
    const list = await newList();
    for (const title of ['b', 'c', 'a']) await newTask(list, { title });
    const last = await newTask(list, { title: 'd', status: 'completed' });
    await send('POST', `${last}/checklistItems`, { displayName: 'Measure' });
    expect(await titles(`${list}/tasks?$orderby=title desc&$filter=status ne 'completed'`)).toEqual([
      'c',
      'b',
      'a',
    ]);
    const page = await get(`${list}/tasks?$top=3&$select=title&$count=true`);
    expect(page).toMatchObject({
      '@odata.count': 4,
      value: [{ title: 'b' }, { title: 'c' }, { title: 'a' }],
    });
    const next = await get(String(page['@odata.nextLink']));
    expect(next['@odata.nextLink']).toBeUndefined();
    expect(next['value']).toEqual([
      { id: expect.any(String), '@odata.etag': expect.any(String), title: 'd' },
    ]);
    expect(await get(`${last}?$expand=checklistItems,linkedResources`)).toMatchObject({
      checklistItems: [{ displayName: 'Measure', isChecked: false }],
      linkedResources: [],
    });
    expect((await send('GET', `${list}/tasks?$select=nonsense`)).status).toBe(400);
  });

  it('are deleted', async () => {
    const path = await newTask(await newList());
    expect((await send('DELETE', path)).status).toBe(204);
    expect(await refusal(send('DELETE', path))).toEqual([404, 'ErrorItemNotFound']);
  });
});

describe('what hangs on a task', () => {
  it('is steps, checked at a time', async () => {
    const path = `${await newTask(await newList())}/checklistItems`;
    const { json, status } = await send('POST', path, { displayName: 'Measure' });
    expect(status).toBe(201);
    const step = `${path}/${String(json['id'])}`;
    expect((await send('PATCH', step, { isChecked: true })).json).toMatchObject({
      displayName: 'Measure',
      checkedDateTime: expect.any(String),
    });
    expect((await send('PATCH', step, { isChecked: false })).json).not.toHaveProperty('checkedDateTime');
    expect(await values(path)).toHaveLength(1);
    expect((await send('DELETE', step)).status).toBe(204);
    expect(await refusal(send('GET', step))).toEqual([404, 'ErrorItemNotFound']);
    expect(await refusal(send('POST', path, {}))).toEqual([400, 'invalidRequest']);
  });

  it('is links, also given with a new task', async () => {
    const link = {
      applicationName: 'Shop',
      displayName: 'Order 7',
      externalId: '7',
      webUrl: 'https://shop.example/7',
    };
    const path = `${await newTask(await newList(), { linkedResources: [link] })}/linkedResources`;
    const [first] = await values(path);
    expect(first).toMatchObject(link);
    const changed = await send('PATCH', `${path}/${String(first?.['id'])}`, { displayName: 'Order 8' });
    expect(changed.json).toMatchObject({ ...link, displayName: 'Order 8' });
    await send('DELETE', `${path}/${String(first?.['id'])}`);
    expect(await values(path)).toEqual([]);
  });

  it('shows in the time of the task', async () => {
    const path = await newTask(await newList());
    const before = await get(path);
    tenant.world.clock.advance(60_000);
    await send('POST', `${path}/checklistItems`, { displayName: 'Measure' });
    const after = await get(path);
    expect(after['lastModifiedDateTime']).not.toBe(before['lastModifiedDateTime']);
    expect(after['bodyLastModifiedDateTime']).toBe(before['bodyLastModifiedDateTime']);
    expect(after['@odata.etag']).not.toBe(before['@odata.etag']);
  });
});

describe('K40: who reaches tasks', () => {
  it.each([
    ['Tasks.Read.All', 'GET', 200],
    ['Tasks.Read.All', 'POST', 403],
    ['Tasks.ReadWrite.All', 'POST', 201],
    ['Mail.ReadWrite', 'GET', 403],
  ])('an app with %s: %s gives %i', async (permission, method, status) => {
    const bearer = await appToken(tenant, [permission]);
    const body = method === 'POST' ? { displayName: 'x' } : undefined;
    const answer = await send(method, lists, body, bearer);
    expect(answer.status).toBe(status);
    if (status === 403) expect(errorCode(answer.json)).toBe('ErrorAccessDenied');
  });

  it('an app has no /me', async () => {
    expect((await send('GET', '/me/todo/lists')).status).toBe(400);
  });

  it('a person has their own, and nobody else’s, an administrator neither', async () => {
    // First: a later token holds everything that was consented to before.
    const reader = await signedIn(amy, 'Tasks.Read');
    const bearer = await signedIn(amy, 'Tasks.ReadWrite');
    const made = await send('POST', '/me/todo/lists', { displayName: 'Mine' }, bearer);
    expect(made.status).toBe(201);
    expect((await send('GET', `/users/${amyId()}/todo/lists`, undefined, bearer)).status).toBe(200);
    expect((await send('GET', '/me/todo/lists', undefined, reader)).status).toBe(200);
    const mine = `/me/todo/lists/${String(made.json['id'])}`;
    expect((await send('PATCH', mine, { displayName: 'x' }, reader)).status).toBe(403);
    expect((await send('DELETE', mine, undefined, reader)).status).toBe(403);
    const asAdmin = await signedIn(admin, 'Tasks.ReadWrite');
    expect(await refusal(send('GET', lists, undefined, asAdmin))).toEqual([403, 'ErrorAccessDenied']);
  });

  it('nobody’s, where there is no mailbox', async () => {
    const guest = tenant.world.directory.users().find((user) => user.userType === 'Guest');
    const answer = send('GET', `/users/${String(guest?.id)}/todo/lists`);
    expect(await refusal(answer)).toEqual([404, 'MailboxNotEnabledForRESTAPI']);
  });
});

it('has tasks of two people in the demo, and the oracle shows them', async () => {
  const { users } = tenantState((await startTenant()).world);
  const [ada, jonas] = users.map((user) => user.tasks ?? []);
  expect(ada?.map((list) => [list.displayName, list.tasks.length])).toEqual([
    ['Tasks', 3],
    ['Flagged Emails', expect.any(Number)],
    ['Trade fair', 3],
  ]);
  expect(jonas?.map((list) => list.displayName)).toEqual(['Tasks', 'Flagged Emails', 'Workshop']);
  const [insurance] = ada?.[0]?.tasks.filter((task) => task.attachments.length > 0) ?? [];
  expect(insurance).toMatchObject({
    recurrence: { pattern: { type: 'absoluteYearly' } },
    linkedResources: [{ applicationName: 'Trey Insurance' }],
    attachments: [{ name: 'policy-numbers.txt', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
  });
  expect(users.find((user) => user.mail === null)?.tasks).toBeNull();
});
