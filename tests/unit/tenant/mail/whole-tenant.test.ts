import { beforeAll, describe, expect, test } from 'vitest';
import type { Tenant } from '../../../tenant/tenant.ts';
import { startTenant } from '../../../tenant/tenant.ts';
import { appToken, call, errorCode } from '../core/clients.ts';
import { eml } from './mail-tenant.ts';

/** Mail behind the whole pipeline: gateway, permissions, batches, and the other host. */
let tenant: Tenant;
let token: string;
let user: string;

beforeAll(async () => {
  tenant = await startTenant({ limits: 'none' });
  token = await appToken(tenant, ['Mail.ReadWrite']);
  user = `/users/${tenant.accounts[0]?.id}`;
});

const list = (json: Record<string, unknown>) => json['value'] as Record<string, unknown>[];

describe('mail through the whole tenant', () => {
  test('is read with addresses in any form', async () => {
    const upn = encodeURIComponent(tenant.accounts[0]?.userPrincipalName ?? '');
    for (const path of [
      `${user}/mailFolders/inbox`,
      `/users('${upn}')/MAILFOLDERS('inbox')`,
      `${user}/mailfolders/Inbox`,
    ]) {
      const { status, json } = await call(tenant, token, path);
      expect([path, status, json['displayName']]).toEqual([path, 200, 'Inbox']);
    }
  });

  test('goes round by links, each to its end', async () => {
    let url = `${user}/mailFolders/inbox/messages/delta?$select=subject&$top=5`;
    let pages = 0;
    for (; url; pages++) {
      const { json } = await call(tenant, token, url);
      expect(list(json).length).toBeLessThanOrEqual(5);
      url = String(json['@odata.nextLink'] ?? '');
    }
    expect(pages).toBeGreaterThan(1);
  });

  test('needs the permission, and words its refusals as Outlook', async () => {
    const reader = await appToken(tenant, ['Mail.Read']);
    const body = { subject: 'x' };
    const refused = await call(tenant, reader, `${user}/messages`, { method: 'POST', body });
    expect([refused.status, errorCode(refused.json)]).toEqual([403, 'ErrorAccessDenied']);
    expect((await call(tenant, reader, `${user}/messages?$top=1`)).status).toBe(200);
  });

  test('comes through a batch, bytes as base64', async () => {
    const id = tenant.world.mail.deliver(tenant.accounts[0]?.id ?? '', 'Inbox', eml());
    const requests = [
      {
        id: 'one',
        method: 'GET',
        url: `${user}/messages/${id}?$select=subject`,
        headers: { Prefer: 'IdType="ImmutableId"' },
      },
      { id: 'two', method: 'GET', url: `${user}/messages/${id}/$value` },
    ];
    const { json } = await call(tenant, token, '/$batch', { method: 'POST', body: { requests } });
    const answers = json['responses'] as { id: string; status: number; body: unknown }[];
    expect(answers.find((one) => one.id === 'one')).toMatchObject({
      status: 200,
      body: { id, subject: 'Hello' },
    });
    expect(answers.find((one) => one.id === 'two')?.body).toBe(eml().toString('base64'));
  });

  test('takes a large attachment through the other host', async () => {
    const draft = await call(tenant, token, `${user}/messages`, {
      method: 'POST',
      body: { subject: 'large' },
    });
    const base = `${user}/messages/${String(draft.json['id'])}/attachments`;
    const size = 3 * 1024 * 1024;
    const body = { AttachmentItem: { attachmentType: 'file', name: 'large.bin', size } };
    const session = await call(tenant, token, `${base}/createUploadSession`, { method: 'POST', body });
    const put = (headers: Record<string, string>) =>
      tenant.fetch(
        new Request(String(session.json['uploadUrl']), {
          method: 'PUT',
          body: Buffer.alloc(size, 7),
          headers: { 'Content-Range': `bytes 0-${size - 1}/${size}`, ...headers },
        }),
      );
    expect((await put({ Authorization: `Bearer ${token}` })).status).toBe(401);
    expect((await put({})).status).toBe(201);
    const stored = await call(tenant, token, base);
    expect(list(stored.json)[0]).toMatchObject({ name: 'large.bin', isInline: false });
  });
});
