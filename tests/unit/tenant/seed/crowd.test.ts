import { describe, expect, it } from 'vitest';
import { startTenant } from '../../../tenant/tenant.ts';
import { appToken, call, type Json } from '../core/clients.ts';

describe('a demo of so many accounts', () => {
  it('has them in all, and the people of the demo as ever', async () => {
    const [plain, crowded] = [await startTenant(), await startTenant({ accounts: 200, limits: 'none' })];
    const { directory } = crowded.world;
    expect(directory.users()).toHaveLength(200);
    expect(crowded.accounts.slice(0, plain.accounts.length)).toEqual(plain.accounts);
    const [seats] = directory.subscriptions.filter(({ units }) => units > 100 && units < 10_000);
    expect(seats?.units).toBeGreaterThanOrEqual(190);
  });

  it('lists them page by page, each with a mailbox and a OneDrive that are empty', async () => {
    const tenant = await startTenant({ accounts: 200, limits: 'none' });
    const token = await appToken(tenant, ['User.Read.All', 'Mail.Read', 'Files.Read.All']);
    const get = async (path: string) => (await call(tenant, token, path)).json;
    let [path, last]: [string | undefined, Json[]] = ['/users?$select=id,assignedPlans', []];
    let count = 0;
    while (path !== undefined) {
      const page: Json = await get(path);
      last = page['value'] as Json[];
      count += last.length;
      path = page['@odata.nextLink'] as string | undefined;
    }
    expect(count).toBe(200);
    expect(last.at(-1)?.['assignedPlans'] as Json[] | undefined).toHaveProperty('5');
    const user = `/users/${String(last.at(-1)?.['id'])}`;
    expect((await get(`${user}/mailFolders/inbox`))['totalItemCount']).toBe(0);
    expect((await get(`${user}/drive/root/children`))['value']).toEqual([]);
  });

  it('is never smaller than the demo is', async () => {
    const [plain, few] = [await startTenant(), await startTenant({ accounts: 1 })];
    expect(few.world.directory.users()).toHaveLength(plain.world.directory.users().length);
  });

  it('starts with 20,000', async () => {
    const tenant = await startTenant({ accounts: 20_000, limits: 'none' });
    expect(tenant.world.directory.users()).toHaveLength(20_000);
    const token = await appToken(tenant, ['User.Read.All']);
    const { json } = await call(tenant, token, '/users?$select=id&$top=999');
    expect(json['value']).toHaveLength(999);
  }, 20_000);
});
