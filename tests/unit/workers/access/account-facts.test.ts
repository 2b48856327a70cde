import { unknown } from 'valibot';
import { afterEach, describe, expect, it } from 'vitest';
import { readAccounts, readUsers } from '../../../../workers/access/account-facts.ts';
import type { AccountFacts } from '../../../../workers/access/account-probe.ts';
import { createAppTokens } from '../../../../workers/access/app-token.ts';
import { onboard } from '../../../../workers/access/onboard.ts';
import type { Profile } from '../../../../workers/contract/check.ts';
import { addAccount } from '../../../tenant/seed/accounts.ts';
import type { TenantOptions } from '../../../tenant/tenant.ts';
import { codeOf } from '../graph/fixtures.ts';
import { createWorldWith, relayUrl, tidyUp } from './tenant-world.ts';

afterEach(tidyUp);

async function connected(options: TenantOptions = {}, profile: Profile = 'read-only') {
  const world = await createWorldWith({ ...options, demo: true, log: true });
  const administrator = world.tenant.accounts.find(({ roles }) => roles.includes('Global Administrator'));
  const { install, store } = await world.device(administrator?.userPrincipalName);
  const connection = await onboard(profile, install);
  if (!connection.ok) throw new Error(connection.error.detail);
  const tokens = createAppTokens(connection.value, { ...world.deps, relay: relayUrl, store });
  const graph = world.graphWith(tokens);
  // The token is there already: what follows in the log is reading alone.
  await graph.get('/organization', unknown(), { pool: 'directory' });
  return { world, graph, logFrom: world.tenant.log?.exchanges.length ?? 0 };
}

async function readAll({ graph }: Pick<Awaited<ReturnType<typeof connected>>, 'graph'>) {
  const pages: (readonly AccountFacts[])[] = [];
  let [busy, most] = [0, 0];
  const result = await readAccounts(graph, async (page) => {
    pages.push(page);
    most = Math.max(most, (busy += 1));
    await Promise.resolve();
    busy -= 1;
  });
  return { result, pages, most, accounts: pages.flat() };
}

const exchangesOf = ({ world, logFrom }: Awaited<ReturnType<typeof connected>>) =>
  (world.tenant.log?.exchanges ?? []).slice(logFrom);

describe('the accounts of a tenant', () => {
  it('take one page and twenty batches where there are 200, and come as their answers do', async () => {
    const scene = await connected({ accounts: 200 });
    const { result, pages, most, accounts } = await readAll(scene);
    expect({ ok: result.ok, most }).toEqual({ ok: true, most: 1 });
    expect(accounts).toHaveLength(200);
    expect(exchangesOf(scene).length).toBeLessThanOrEqual(21);
    expect(pages.length).toBeGreaterThan(1);
    const order = scene.world.tenant.world.directory.users().map(({ id }) => id);
    expect(accounts.map(({ id }) => id)).toEqual(order);
  });

  it('are read no further once nobody wants the list', async () => {
    const scene = await connected({ accounts: 2_000 });
    let taken = 0;
    const result = await readAccounts(scene.graph, async (page) => (taken += page.length) < 200);
    expect(result).toMatchObject({ error: { code: 'job/cancelled' } });
    expect(taken).toBeLessThan(400);
    const before = exchangesOf(scene).length;
    // Of 200 batches for all of them.
    expect(before).toBeLessThan(50);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(exchangesOf(scene)).toHaveLength(before);
  });

  it('are not asked about where they are guests', async () => {
    const scene = await connected();
    const { accounts } = await readAll(scene);
    const guests = accounts.filter(({ kind }) => kind === 'guest');
    expect(guests).toHaveLength(1);
    const asked = exchangesOf(scene).map(({ requestBody }) => JSON.stringify(requestBody ?? ''));
    for (const { id } of guests) expect(asked.filter((body) => body.includes(id))).toEqual([]);
  });

  it('are of kinds unknown where the profile may not read them, and their mailboxes are seen all the same', async () => {
    const scene = await connected({ accounts: 200 }, 'reference');
    const { accounts } = await readAll(scene);
    const { mail } = scene.world.tenant.world;
    expect(accounts.map((one) => one.mail.ok)).toEqual(accounts.map(({ id }) => mail.hasMailbox(id)));
    expect(accounts.find(({ userPrincipalName: upn }) => upn.startsWith('info@'))?.kind).toBe('unknown');
    expect(exchangesOf(scene).length).toBeLessThanOrEqual(22);
  });

  it('are on premises where they are synchronised and have neither mailbox nor plan here', async () => {
    const scene = await connected();
    const { world } = scene.world.tenant;
    const fields = { onPremisesSyncEnabled: true, mail: 'ines@contoso.example' };
    const names = { userPrincipalName: 'ines@contoso.example', displayName: 'Ines' };
    addAccount(world, { ...names, ...fields }, { isOnPremises: true });
    const { accounts } = await readAll(scene);
    const [ines] = accounts.filter(({ displayName }) => displayName === 'Ines');
    expect(ines).toMatchObject({ kind: 'on-premises', isSynchronised: true });
    expect(ines?.mail).toMatchObject({ reason: expect.stringContaining('own server') as string });
  });

  it('end with the failure after which nothing can be asked', async () => {
    const scene = await connected();
    const answer = { status: 401, code: 'InvalidAuthenticationToken' };
    const match = { route: '/users/{id}/mailboxSettings/userPurpose' };
    scene.world.tenant.world.faults.set([{ match, answer }]);
    expect(codeOf((await readAll(scene)).result)).toBe('sign-in/token-rejected');
  });
});

it('is listed by the directory alone, without asking a mailbox', async () => {
  const scene = await connected({ accounts: 200 });
  const names: string[] = [];
  const result = await readUsers(scene.graph, (users) => void names.push(...users.map(({ id }) => id)));
  expect(result.ok).toBe(true);
  expect(names).toHaveLength(200);
  expect(exchangesOf(scene)).toHaveLength(1);
});
