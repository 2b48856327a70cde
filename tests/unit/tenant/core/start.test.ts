import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tenantState } from '../../../tenant/oracle/state.ts';
import { startTenant } from '../../../tenant/tenant.ts';

describe('the demo', () => {
  const start = () => startTenant({ startAt: Date.UTC(2026, 10, 23, 9) });

  it('is the same on every start', async () => {
    const [one, two] = [await start(), await start()];
    expect(one.tenantId).toBe(two.tenantId);
    expect(one.accounts).toEqual(two.accounts);
    expect(tenantState(one.world)).toEqual(tenantState(two.world));
  });

  it('has every kind of account a backup meets', async () => {
    const { world, accounts } = await start();
    const kinds = tenantState(world).users.map(({ userPrincipalName, mail, drive }) => {
      const user = world.directory.user(userPrincipalName);
      const state = user?.accountEnabled ? '' : ' blocked';
      return `${user?.userType} ${user?.purpose}${state}${mail ? ' mail' : ''}${drive ? ' drive' : ''}`;
    });
    for (const kind of [
      'Member user mail drive',
      'Member user',
      'Member user blocked mail drive',
      'Guest user',
    ]) {
      expect(kinds).toContain(kind);
    }
    expect(kinds).toContain('Member shared blocked mail');
    expect(kinds).toContain('Member room blocked mail');
    expect(accounts[0]?.roles).toEqual(['Global Administrator']);
    expect(world.outbox.sent).toEqual([]);
  });
});

describe('a seed folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tenant-seed-'));
    const put = (path: string, text: string) => {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    put('amy.fisher@wood.example/mail/Inbox/Orders/1.eml', 'Subject: Order\r\n\r\nOak\r\n');
    put('amy.fisher@wood.example/files/Plans/table.txt', 'four legs');
    put('bao@wood.example/files/.keep', '');
    put('sites/Workshop/files/Shared/plan.txt', 'plan');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('becomes a tenant with an administrator, its people and its sites', async () => {
    const { world, accounts } = await startTenant({ seed: folder });
    const { users, sites } = tenantState(world);
    expect(world.tenant).toMatchObject({ name: 'wood', domain: 'wood.example' });
    expect(accounts.map((one) => [one.displayName, one.roles])).toEqual([
      ['Admin', ['Global Administrator']],
      ['Amy Fisher', []],
      ['Bao', []],
    ]);
    const amy = users.find((user) => user.userPrincipalName === 'amy.fisher@wood.example');
    expect(amy?.mail?.messages).toMatchObject([{ folderPath: 'Inbox/Orders', subject: 'Order' }]);
    expect(amy?.drive?.items.map((item) => item.path)).toContain('/Plans/table.txt');
    expect(sites).toMatchObject([{ name: 'Workshop' }]);
    expect(sites[0]?.drive.items.map((item) => item.path)).toContain('/Shared/plan.txt');
  });
});

it('grows', async () => {
  const { world } = await startTenant({ size: 'large' });
  expect(world.directory.users().length).toBeGreaterThan(60);
});
