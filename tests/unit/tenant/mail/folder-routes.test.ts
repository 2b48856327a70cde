import { beforeEach, describe, expect, test } from 'vitest';
import { amy, createMailTenant, eml, guest, wholeRound, type MailTenant } from './mail-tenant.ts';

const folders = `/users/${amy.id}/mailFolders`;
let tenant: MailTenant;

beforeEach(() => {
  tenant = createMailTenant();
});

const create = async (parent: string, displayName: string) =>
  tenant.call('POST', `${folders}/${parent}/childFolders`, { body: { displayName } });
const names = (value: { displayName: string }[]): string[] => value.map((folder) => folder.displayName);

describe('reading folders', () => {
  test('lists the visible ones below the root, ten at a time', async () => {
    for (let number = 0; number < 5; number++)
      await tenant.call('POST', folders, { body: { displayName: `Own ${number}` } });
    const first = await tenant.call('GET', `${folders}?$count=true`);
    expect(first.json['@odata.context']).toBe(
      `https://graph.microsoft.com/v1.0/$metadata#users('${amy.id}')/mailFolders`,
    );
    expect(first.json['@odata.count']).toBe(13);
    const second = await tenant.call('GET', first.json['@odata.nextLink']);
    expect(second.json['@odata.nextLink']).toBeUndefined();
    expect(names([...first.json.value, ...second.json.value])).toEqual([
      'Archive',
      'Conversation History',
      'Deleted Items',
      'Drafts',
      'Inbox',
      'Junk Email',
      'Outbox',
      ...Array.from({ length: 5 }, (_, number) => `Own ${number}`),
      'Sent Items',
    ]);
  });

  test('shows hidden ones only to who asks', async () => {
    const { json } = await tenant.call('GET', `${folders}?includeHiddenFolders=true&$top=100`);
    expect(names(json.value.filter((folder: { isHidden: boolean }) => folder.isHidden))).toEqual([
      'Conversation Action Settings',
      'Quick Step Settings',
    ]);
  });

  test('finds default folders by their name, in any language', async () => {
    tenant = createMailTenant({ locale: 'de-DE' });
    const { json } = await tenant.call('GET', `${folders}/inbox`);
    expect(json.displayName).toBe('Posteingang');
    const byId = await tenant.call('GET', `${folders}('${json.id}')?$select=displayName`);
    expect(byId.json).toEqual({
      '@odata.context': `https://graph.microsoft.com/v1.0/$metadata#users('${amy.id}')/mailFolders(displayName)/$entity`,
      id: json.id,
      displayName: 'Posteingang',
    });
  });

  test('filters by display name', async () => {
    const { json } = await tenant.call('GET', `${folders}?$filter=displayName eq 'inbox'`);
    expect(names(json.value)).toEqual(['Inbox']);
  });

  test('counts messages, unread ones and children', async () => {
    tenant.mail.deliver(amy.id, 'Inbox', eml(), { isRead: true });
    tenant.mail.deliver(amy.id, 'Inbox', eml());
    tenant.mail.deliver(amy.id, 'Inbox/Projects/2026', eml());
    const { json } = await tenant.call('GET', `${folders}/inbox`);
    expect(json).toMatchObject({ totalItemCount: 2, unreadItemCount: 1, childFolderCount: 1 });
    expect(json.sizeInBytes).toBe(2 * eml().length);
  });

  test.each([
    [`/users/nobody@contoso.example/mailFolders`, 404, 'ErrorInvalidUser'],
    [`/users/${guest.id}/mailFolders`, 404, 'MailboxNotEnabledForRESTAPI'],
    [`${folders}/clutter`, 404, 'ErrorItemNotFound'],
    [`${folders}/AAMk!`, 400, 'ErrorInvalidIdMalformed'],
    [`${folders}/inbox?$select=colour`, 400, 'RequestBroker--ParseUri'],
  ])('%s is %i %s', async (path, status, code) => {
    const answer = await tenant.call('GET', path);
    expect([answer.status, answer.json.error.code]).toEqual([status, code]);
  });
});

describe('changing folders', () => {
  test('creates below any parent, once per name in any case', async () => {
    const made = await create('inbox', 'Projekte 日本');
    expect(made.status).toBe(201);
    expect(made.headers.get('Location')).toContain(made.json.id);
    const again = await create('inbox', 'PROJEKTE 日本');
    expect([again.status, again.json.error]).toEqual([
      409,
      { code: 'ErrorFolderExists', message: 'A folder with the specified name already exists.' },
    ]);
    const deeper = await create(made.json.id, 'Projekte 日本');
    expect(deeper.json.parentFolderId).toBe(made.json.id);
  });

  test('renames own folders and leaves default ones', async () => {
    const made = await create('inbox', 'One');
    await create('inbox', 'Two');
    const rename = (id: string, displayName: string) =>
      tenant.call('PATCH', `${folders}/${id}`, { body: { displayName } });
    expect((await rename(made.json.id, 'Uno')).json.displayName).toBe('Uno');
    expect((await rename(made.json.id, 'Two')).status).toBe(409);
    expect((await rename('inbox', 'Mine')).status).toBe(403);
  });

  test('deleted folders go to Deleted Items, and from there for good with their mail', async () => {
    const made = await create('inbox', 'Old');
    const id = tenant.mail.deliver(amy.id, 'Inbox/Old', eml());
    expect((await tenant.call('DELETE', `${folders}/${made.json.id}`)).status).toBe(204);
    const bin = await tenant.call('GET', `${folders}/deleteditems/childFolders`);
    expect(bin.json.value.map((folder: { id: string }) => folder.id)).toEqual([made.json.id]);
    expect((await tenant.call('GET', `/users/${amy.id}/messages/${id}`)).status).toBe(200);
    await tenant.call('DELETE', `${folders}/${made.json.id}`);
    expect((await tenant.call('GET', `${folders}/${made.json.id}`)).status).toBe(404);
    expect((await tenant.call('GET', `/users/${amy.id}/messages/${id}`)).status).toBe(404);
    expect((await tenant.call('DELETE', `${folders}/inbox`)).json.error.code).toBe(
      'ErrorDeleteDistinguishedFolder',
    );
  });

  test('moves, though never into itself', async () => {
    const outer = await create('inbox', 'Outer');
    const inner = await create(outer.json.id, 'Inner');
    const move = (id: string, destinationId: string) =>
      tenant.call('POST', `${folders}/${id}/move`, { body: { destinationId } });
    expect((await move(outer.json.id, inner.json.id)).status).toBe(400);
    expect((await move(inner.json.id, 'archive')).json.id).toBe(inner.json.id);
    expect(tenant.mail.state(amy.id).folders.map((folder) => folder.path)).toContain('Archive/Inner');
  });
});

describe('mailFolders/delta', () => {
  test('gives all folders flat, then what came, changed and went', async () => {
    const made = await create('inbox', 'Deep');
    const first = await wholeRound(tenant, `${folders}/delta`, { Prefer: 'odata.maxpagesize=3' });
    expect(first.pages).toBeGreaterThan(2);
    expect(names(first.items)).toContain('Deep');
    expect(names(first.items)).not.toContain('Finder');
    expect(names(first.items)).not.toContain('Quick Step Settings');
    expect((await wholeRound(tenant, first.deltaLink)).items).toEqual([]);
    await tenant.call('PATCH', `${folders}/${made.json.id}`, { body: { displayName: 'Deeper' } });
    const second = await wholeRound(tenant, first.deltaLink);
    expect(second.items).toMatchObject([
      { '@odata.type': '#microsoft.graph.mailFolder', displayName: 'Deeper' },
    ]);
    tenant.mail.removeFolder(amy.id, 'Inbox/Deeper');
    expect((await wholeRound(tenant, second.deltaLink)).items).toEqual([
      { '@odata.type': '#microsoft.graph.mailFolder', id: made.json.id, '@removed': { reason: 'deleted' } },
    ]);
  });
});
