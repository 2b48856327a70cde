import { beforeEach, describe, expect, test } from 'vitest';
import { amy, bao, createMailTenant, eml, type MailTenant } from './mail-tenant.ts';

const user = `/users/${amy.id}`;
let tenant: MailTenant;

beforeEach(() => {
  tenant = createMailTenant();
});

const recipients = (...addresses: string[]) => addresses.map((address) => ({ emailAddress: { address } }));
const placed = (userId = amy.id) =>
  tenant.mail.state(userId).messages.map((message) => [message.folderPath, message.subject]);

describe('sending', () => {
  test('stands in the outbox, in Sent Items, and in the inbox of a colleague', async () => {
    const message = {
      subject: 'News',
      body: { contentType: 'text', content: 'x' },
      toRecipients: recipients(bao.upn, 'cleo@fabrikam.example'),
    };
    const answer = await tenant.call('POST', `${user}/sendMail`, { body: { message } });
    expect([answer.status, answer.bytes.length]).toEqual([202, 0]);
    expect(tenant.outbox.sent).toEqual([
      {
        at: '2026-11-23T10:00:00Z',
        kind: 'mail',
        from: amy.upn,
        to: [bao.upn, 'cleo@fabrikam.example'],
        subject: 'News',
      },
    ]);
    expect(placed()).toEqual([['Sent Items', 'News']]);
    expect(placed(bao.id)).toEqual([['Inbox', 'News']]);
    expect(tenant.mail.state(bao.id).messages[0]?.from?.emailAddress.address).toBe(amy.upn);
    await tenant.call('POST', `${user}/sendMail`, { body: { message, saveToSentItems: false } });
    expect(placed()).toHaveLength(1);
  });

  test('takes MIME and drafts too, and each draft once', async () => {
    const mime = await tenant.call('POST', `${user}/sendMail`, {
      body: eml().toString('base64'),
      headers: { 'Content-Type': 'text/plain' },
    });
    expect(mime.status).toBe(202);
    const draft = await tenant.call('POST', `${user}/messages`, {
      body: { subject: 'Draft', toRecipients: recipients(bao.upn) },
      headers: { Prefer: 'IdType="ImmutableId"' },
    });
    expect((await tenant.call('POST', `${user}/messages/${draft.json.id}/send`)).status).toBe(202);
    expect((await tenant.call('POST', `${user}/messages/${draft.json.id}/send`)).status).toBe(403);
    expect(tenant.outbox.sent.map((one) => one.subject)).toEqual(['Hello', 'Draft']);
  });

  test('needs a recipient and leaves nothing behind without one', async () => {
    const answer = await tenant.call('POST', `${user}/sendMail`, { body: { message: { subject: 'x' } } });
    expect([answer.status, answer.json.error.code]).toEqual([400, 'ErrorInvalidRecipients']);
    expect([placed(), tenant.outbox.sent]).toEqual([[], []]);
  });

  test.each([
    ['reply', { comment: 'Thanks' }, ['cleo@fabrikam.example'], 'RE: Hello'],
    ['replyAll', { comment: 'Thanks' }, ['cleo@fabrikam.example', bao.upn], 'RE: Hello'],
    ['forward', { comment: 'Look', toRecipients: recipients(bao.upn) }, [bao.upn], 'FW: Hello'],
  ])('%s goes to the right people', async (verb, body, to, subject) => {
    const id = tenant.mail.deliver(amy.id, 'Inbox', eml({ Cc: bao.upn }));
    expect((await tenant.call('POST', `${user}/messages/${id}/${verb}`, { body })).status).toBe(202);
    expect(tenant.outbox.sent).toMatchObject([{ to, subject }]);
  });

  test('an answer can be made without being sent', async () => {
    const id = tenant.mail.deliver(amy.id, 'Inbox', eml());
    const draft = await tenant.call('POST', `${user}/messages/${id}/createReply`);
    expect([draft.status, draft.json.isDraft, draft.json.subject]).toEqual([201, true, 'RE: Hello']);
    expect(tenant.outbox.sent).toEqual([]);
  });
});

describe('settings', () => {
  test('tell the purpose and the language of the mailbox', async () => {
    const { json } = await tenant.call('GET', `${user}/mailboxSettings`);
    expect(json).toMatchObject({ userPurpose: 'user', timeZone: 'UTC', language: { locale: 'en-US' } });
    expect((await tenant.call('GET', `${user}/mailboxSettings/userPurpose`)).json).toEqual({
      '@odata.context': `https://graph.microsoft.com/v1.0/$metadata#users('${amy.id}')/mailboxSettings/userPurpose`,
      value: 'user',
    });
    expect((await tenant.call('GET', `${user}/mailboxSettings/colour`)).status).toBe(400);
  });

  test('categories are Outlook’s and those in use', async () => {
    tenant.mail.deliver(amy.id, 'Inbox', eml(), { categories: ['Zebra', 'Red category'] });
    const { json } = await tenant.call('GET', `${user}/outlook/masterCategories`);
    const names = json.value.map((one: { displayName: string }) => one.displayName);
    expect(names).toEqual([
      ...['Red', 'Orange', 'Yellow', 'Green', 'Blue', 'Purple'].map((name) => `${name} category`),
      'Zebra',
    ]);
    expect(json.value[0]).toMatchObject({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), color: 'preset0' });
  });
});
