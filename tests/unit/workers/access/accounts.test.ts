import { afterEach, describe, expect, it } from 'vitest';
import { listAccounts } from '../../../../workers/access/accounts.ts';
import { createAppTokens } from '../../../../workers/access/app-token.ts';
import { onboard } from '../../../../workers/access/onboard.ts';
import type { AccountView } from '../../../../workers/contract/accounts.ts';
import { createWorldWith, relayUrl, tidyUp } from './tenant-world.ts';

afterEach(tidyUp);

async function connected(options: Parameters<typeof createWorldWith>[0] = { demo: true }) {
  const world = await createWorldWith(options);
  const administrator = world.tenant.accounts.find(({ roles }) => roles.includes('Global Administrator'));
  const { install, store } = await world.device(administrator?.userPrincipalName);
  const connection = await onboard('read-only', install);
  if (!connection.ok) throw new Error(connection.error.detail);
  const tokens = createAppTokens(connection.value, { ...world.deps, relay: relayUrl, store });
  return { world, graph: world.graphWith(tokens) };
}

describe('the accounts of a tenant', () => {
  it('are listed with what can be reached of each, by the read-only profile', async () => {
    const { world, graph } = await connected();
    const listed: AccountView[] = [];
    const judging = { tenant: null, rule: 'reference', anyway: new Set<string>() } as const;
    const read = await listAccounts(graph, judging, (page) => void listed.push(...page));
    if (!read.ok) throw new Error(read.error.detail);
    const seen = new Map(listed.map((one) => [one.userPrincipalName, one]));
    const directory = world.tenant.world.directory.users();
    expect(seen.size).toBe(directory.length);
    for (const user of directory) {
      const { mail, drives } = world.tenant.world;
      const isGuest = user.userType === 'Guest';
      expect(seen.get(user.userPrincipalName)).toMatchObject({
        id: user.id,
        kind: isGuest ? 'guest' : user.purpose,
        enabled: user.accountEnabled,
        mail: { ok: mail.hasMailbox(user.id) },
        adminCenter: `https://admin.microsoft.com/#/users/:/UserDetails/${user.id}`,
        drive: { ok: drives.driveOfUser(user.id) !== undefined },
      });
    }
    const kinds = new Set(listed.map(({ kind }) => kind));
    expect([...kinds]).toEqual(expect.arrayContaining(['user', 'shared', 'guest']));
    const reasons = listed
      .flatMap(({ mail, drive }) => [mail, drive])
      .flatMap((reach) => (reach.ok ? [] : reach.reason));
    expect(reasons).toEqual(
      expect.arrayContaining([expect.stringContaining('No mailbox'), expect.stringContaining('No OneDrive')]),
    );
  });
});
