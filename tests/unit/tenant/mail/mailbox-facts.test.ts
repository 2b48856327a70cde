import { beforeEach, describe, expect, it } from 'vitest';
import { skuId } from '../../../tenant/directory/licences.ts';
import { addAccount, type AccountMailbox } from '../../../tenant/seed/accounts.ts';
import { startTenant, type Tenant } from '../../../tenant/tenant.ts';
import { appToken, call, errorCode, type Json } from '../core/clients.ts';

let tenant: Tenant;
let token: string;
beforeEach(async () => {
  tenant = await startTenant({ seed: 'empty' });
  token = await appToken(tenant, ['User.Read.All', 'Mail.ReadWrite', 'MailboxSettings.Read']);
});

const upn = 'ann@contoso.example';
const add = (mailbox: AccountMailbox, onPremisesSyncEnabled: boolean | null = null) =>
  addAccount(
    tenant.world,
    {
      userPrincipalName: upn,
      displayName: 'Ann',
      assignedSkus: [skuId('SPB')],
      onPremisesSyncEnabled,
    },
    mailbox,
  );
const get = (path: string) => call(tenant, token, path);
const sizes = async () => {
  const { json } = await get(`/users/${upn}/mailFolders?$select=displayName,sizeInBytes,totalItemCount`);
  return (json['value'] as Json[]).filter((folder) => folder['sizeInBytes'] !== 0);
};

describe('K21: a mailbox on the customer’s own server', () => {
  it('is one of a person who is known, in step with the directory there', async () => {
    add({ isOnPremises: true }, true);
    const { json } = await get(`/users/${upn}?$select=onPremisesSyncEnabled`);
    expect(json['onPremisesSyncEnabled']).toBe(true);
    const settings = await get(`/users/${upn}/mailboxSettings/userPurpose`);
    expect([settings.status, errorCode(settings.json)]).toEqual([404, 'MailboxNotEnabledForRESTAPI']);
  });

  it('says nothing of a directory there where none ever was', async () => {
    add({});
    expect(
      (await get(`/users/${upn}?$select=onPremisesSyncEnabled`)).json['onPremisesSyncEnabled'],
    ).toBeNull();
  });
});

describe('a mailbox that is large already', () => {
  const gigabyte = 1024 ** 3;

  it('has the bytes in its inbox, and no messages for them', async () => {
    add({ bytes: 49 * gigabyte });
    expect(await sizes()).toMatchObject([
      { displayName: 'Inbox', sizeInBytes: 49 * gigabyte, totalItemCount: 0 },
    ]);
  });

  it('takes no more than its quota', async () => {
    add({ bytes: 50 * gigabyte });
    const body = { subject: 'One more', body: { contentType: 'text', content: 'x' } };
    const { status, json } = await call(tenant, token, `/users/${upn}/messages`, { method: 'POST', body });
    expect([status, errorCode(json)]).toEqual([507, 'ErrorQuotaExceeded']);
  });
});

it('keeps holds and archives to Exchange’s own tools: the oracle shows them, Graph does not', async () => {
  const { id } = add({ hold: true, archive: true });
  expect(tenant.world.mail.state(id)).toMatchObject({ hold: true, archive: true });
  const shown = [await get(`/users/${upn}`), await get(`/users/${upn}/mailboxSettings`)];
  expect(JSON.stringify(shown.map(({ json }) => json))).not.toMatch(/hold|litigation|"archive"/i);
});

it('is gone with its licence', async () => {
  const { id } = add({});
  expect((await get(`/users/${upn}/mailFolders/inbox`)).status).toBe(200);
  tenant.world.mail.removeMailbox(id);
  const { status, json } = await get(`/users/${upn}/mailFolders/inbox`);
  expect([status, errorCode(json)]).toEqual([404, 'MailboxNotEnabledForRESTAPI']);
});
