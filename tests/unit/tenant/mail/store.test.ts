import { describe, expect, test } from 'vitest';
import { createChangeLog } from '../../../tenant/mail/change-log.ts';
import { createReceivedOrder } from '../../../tenant/mail/received-order.ts';
import { amy, createMailTenant, eml } from './mail-tenant.ts';

describe('the mail store', () => {
  test('tells its whole state, the same for the same history', () => {
    const build = () => {
      const tenant = createMailTenant();
      tenant.mail.deliver(amy.id, 'Inbox/Projects', eml(), {
        isRead: true,
        flagged: true,
        importance: 'high',
        categories: ['x'],
      });
      tenant.mail.deliver(amy.id, 'sent items', eml({ Date: 'never' }));
      return tenant.mail.state(amy.id);
    };
    const state = build();
    expect(build()).toEqual(state);
    expect(state.messages).toMatchObject([
      {
        id: expect.stringMatching(/^AAkALg/),
        folderPath: 'Inbox/Projects',
        isRead: true,
        isDraft: false,
        flag: { flagStatus: 'flagged' },
        importance: 'high',
        categories: ['x'],
        receivedDateTime: '2026-03-02T10:00:00Z',
        internetMessageId: '<one@fabrikam.example>',
        from: { emailAddress: { name: 'Cleo', address: 'cleo@fabrikam.example' } },
        attachments: [],
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      { folderPath: 'Sent Items', receivedDateTime: '2026-11-23T10:00:00Z' },
    ]);
    expect(state.folders).toContainEqual(
      expect.objectContaining({ path: 'Inbox/Projects', totalItemCount: 1, isHidden: false }),
    );
    expect(state.folders.find((folder) => folder.wellKnownName === 'sentitems')?.totalItemCount).toBe(1);
  });

  test('a message restored from its JSON is the same in every field a client can set', async () => {
    const tenant = createMailTenant();
    const id = tenant.mail.deliver(
      amy.id,
      'Inbox',
      eml(
        {
          'Content-Type': 'text/html; charset=utf-8',
          'Reply-To': 'office@fabrikam.example',
          Importance: 'high',
        },
        '<p>Grüße</p>\n<script>x</script>',
      ),
      { isRead: true, categories: ['x'], flagged: true },
    );
    const { json } = await tenant.call('GET', `/users/${amy.id}/messages/${id}`);
    const before = tenant.mail.state(amy.id).messages[0];
    tenant.mail.remove(amy.id, id);
    const names = [
      'subject',
      'body',
      'from',
      'sender',
      'toRecipients',
      'ccRecipients',
      'replyTo',
      'importance',
      'isRead',
      'categories',
      'flag',
      'internetMessageId',
    ];
    const body = {
      ...Object.fromEntries(names.map((name) => [name, json[name]])),
      singleValueExtendedProperties: [
        { id: 'Integer 0x0E07', value: '1' },
        { id: 'SystemTime 0x0E06', value: json.receivedDateTime },
        { id: 'SystemTime 0x0039', value: json.sentDateTime },
      ],
    };
    await tenant.call('POST', `/users/${amy.id}/mailFolders/inbox/messages`, { body });
    const [after] = tenant.mail.state(amy.id).messages;
    expect({ ...after, id: '', sha256: '' }).toEqual({ ...before, id: '', sha256: '' });
  });

  test('holds 20,000 messages and pages through them quickly', async () => {
    const tenant = createMailTenant();
    const started = performance.now();
    for (let number = 0; number < 20_000; number++) {
      tenant.mail.deliver(amy.id, 'Inbox', eml({ 'Message-ID': `<${number}@x.example>` }), {
        receivedDateTime: new Date(Date.UTC(2020, 0, 1) + ((number * 7919) % 20_000) * 60_000).toISOString(),
      });
    }
    let seen = 0;
    let url = `/users/${amy.id}/mailFolders/inbox/messages/delta?$select=subject,receivedDateTime&$orderby=receivedDateTime desc`;
    let last = '9999';
    while (url) {
      const { json } = await tenant.call('GET', url, { headers: { Prefer: 'odata.maxpagesize=1000' } });
      for (const item of json.value) {
        expect(item.receivedDateTime <= last).toBe(true);
        last = item.receivedDateTime;
      }
      seen += json.value.length;
      url = json['@odata.nextLink'];
    }
    expect(seen).toBe(20_000);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  test('counts its bytes down again when mail goes', () => {
    const tenant = createMailTenant();
    const id = tenant.mail.deliver(amy.id, 'Inbox', eml());
    const mailbox = tenant.mail.mailbox(amy.id);
    expect(mailbox?.usedBytes()).toBe(eml().length);
    expect([tenant.mail.remove(amy.id, id), tenant.mail.remove(amy.id, id)]).toEqual([true, false]);
    expect(mailbox?.usedBytes()).toBe(0);
  });
});

describe('the change log', () => {
  const reader = (since: number, base: number, start: number) => ({ since, base, start });

  test('stays short however often one member changes', () => {
    const log = createChangeLog();
    for (let change = 1; change <= 100_000; change++) log.note(change % 10, change, 'full');
    expect(log.after(reader(0, 0, 100_000), 1_000).map((entry) => entry.at)).toEqual(
      [...Array(10).keys()].map((key) => 99_991 + key),
    );
  });

  test('gives a member whole to a reader who has seen only its flag’s old place', () => {
    const log = createChangeLog();
    log.note(1, 10, 'full');
    log.note(2, 20, 'full');
    log.note(1, 30, 'read-state');
    expect(log.after(reader(20, 0, 20), 9)).toMatchObject([{ key: 1, kind: 'full' }]);
    expect(log.after(reader(20, 20, 30), 9)).toMatchObject([{ key: 1, kind: 'read-state' }]);
  });

  test('tells a removal to who knew the member, though it had left and come back', () => {
    const log = createChangeLog();
    log.note(1, 5, 'full');
    log.note(1, 20, 'removed');
    log.note(1, 30, 'full');
    log.note(1, 40, 'removed');
    expect(log.after(reader(10, 10, 40), 9)).toMatchObject([{ key: 1, kind: 'removed' }]);
    expect(log.after(reader(0, 0, 40), 9)).toEqual([]);
  });
});

describe('the received order', () => {
  test('is right after any mix of additions and removals', () => {
    const times = new Map<number, number>();
    const order = createReceivedOrder((key) => times.get(key) ?? 0);
    for (let step = 0; step < 2_000; step++) {
      const key = (step * 7) % 500;
      if (times.has(key)) {
        order.remove(key);
        times.delete(key);
      } else {
        times.set(key, (step * 31) % 97);
        order.add(key);
      }
      if (step % 97 === 0) order.newestFirst();
    }
    const expected = [...times].sort(([a, x], [b, y]) => y - x || b - a).map(([key]) => key);
    expect(order.newestFirst()).toEqual(expected);
  });
});
