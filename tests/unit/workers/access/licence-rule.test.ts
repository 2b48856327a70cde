/** One table: every kind of account and licence, and what either rule says of it. */
import { afterEach, expect, it } from 'vitest';
import { readAccounts } from '../../../../workers/access/account-facts.ts';
import type { AccountFacts } from '../../../../workers/access/account-probe.ts';
import { createAppTokens } from '../../../../workers/access/app-token.ts';
import { asksSize, eligibilityOf } from '../../../../workers/access/licence-rule.ts';
import { isBusiness, licenceOf, offersDrives, offersMailboxes } from '../../../../workers/access/licences.ts';
import { readMailboxSizes, type MailboxSize } from '../../../../workers/access/mailbox-size.ts';
import { onboard } from '../../../../workers/access/onboard.ts';
import { checkScopes } from '../../../../workers/access/scopes.ts';
import { readTenantLicences } from '../../../../workers/access/tenant-licences.ts';
import type { LicenceRule } from '../../../../workers/contract/accounts.ts';
import type { TenantOptions } from '../../../tenant/tenant.ts';
import { tenantOfAllLicences } from './licence-world.ts';
import { createWorldWith, relayUrl, tidyUp } from './tenant-world.ts';

afterEach(tidyUp);

async function scene(options: TenantOptions = tenantOfAllLicences) {
  const world = await createWorldWith({ ...options, demo: true });
  const admin = 'ada@contoso.example';
  const { install, store } = await world.device(admin);
  const connection = await onboard('read-only', install);
  if (!connection.ok) throw new Error(connection.error.detail);
  const app = world.graphWith(createAppTokens(connection.value, { ...world.deps, relay: relayUrl, store }));
  const reader = await world.device(admin, store, checkScopes);
  const tenant = await readTenantLicences(reader.install.graph);
  if (!tenant.ok) throw new Error(tenant.error.detail);
  const accounts: AccountFacts[] = [];
  await readAccounts(app, (page) => void accounts.push(...page));
  return { world, app, tenant: tenant.value, accounts };
}

const sizeOf = (size: MailboxSize | undefined) => (size?.ok ? size.value : null);
const nameOf = ({ userPrincipalName: upn }: AccountFacts) => upn.split('@')[0];

it('gives every account the same verdict by its plans, whatever its product is called', async () => {
  const { app, tenant, accounts } = await scene();
  const measured = accounts.filter((one) => asksSize(one, licenceOf(one, tenant), 'microsoft'));
  const sizes = await readMailboxSizes(
    app,
    measured.map(({ id }) => id),
  );
  const verdict = (account: AccountFacts, rule: LicenceRule) =>
    eligibilityOf(account, licenceOf(account, tenant), {
      rule,
      anyway: false,
      size: sizeOf(sizes.get(account.id)),
    }).kind;
  const table = accounts.map(
    (one) =>
      `${nameOf(one)}: ${one.kind}, ${licenceOf(one, tenant).state}; ${verdict(one, 'reference')}, ${verdict(one, 'microsoft')}`,
  );
  expect(table).toEqual([
    'ada: user, licensed; eligible, eligible',
    'drive-only: user, licensed; eligible, eligible',
    'kiosk: user, kiosk; eligible, eligible',
    'suspended: user, suspended; needs-licence, needs-licence',
    'grace: user, licensed; eligible, eligible',
    'trial: user, trial; needs-licence, needs-licence',
    'trial-and-paid: user, licensed; eligible, eligible',
    'consumer: user, consumer; needs-licence, needs-licence',
    'foundation: user, unlicensed; unreachable, unreachable',
    'blocked: user, licensed; eligible, eligible',
    'leaver: user, unlicensed; needs-licence, needs-licence',
    'shared: shared, unlicensed; needs-licence, eligible',
    'shared-licensed: shared, licensed; eligible, eligible',
    'shared-archive: shared, unlicensed; needs-licence, needs-licence',
    'shared-near: shared, unlicensed; needs-licence, eligible',
    'shared-full: shared, unlicensed; needs-licence, needs-licence',
    'room: room, unlicensed; needs-licence, eligible',
    'device: equipment, unlicensed; needs-licence, eligible',
    'guest: guest, guest; unreachable, unreachable',
    'on-premises: on-premises, unlicensed; unreachable, unreachable',
  ]);
  expect([isBusiness(tenant), offersMailboxes(tenant), offersDrives(tenant)]).toEqual([true, true, true]);
});

it('backs up anyway who was named, and says what stands against it', async () => {
  const { tenant, accounts } = await scene();
  const ruling = { rule: 'reference', anyway: true } as const;
  const kinds = new Map(
    accounts.map((one) => [nameOf(one), eligibilityOf(one, licenceOf(one, tenant), ruling)]),
  );
  expect(kinds.get('shared')).toMatchObject({ kind: 'anyway', why: expect.stringMatching(/No licence/) });
  expect(kinds.get('ada')?.kind).toBe('eligible');
  // Nothing can be read of it: no wish changes that.
  expect(kinds.get('foundation')?.kind).toBe('unreachable');
});

it('says what it does not see: without the subscriptions a trial passes for bought, and the verdict is inferred', async () => {
  const { app, tenant, accounts } = await scene();
  const trial = accounts.find((one) => nameOf(one) === 'trial');
  const suspended = accounts.find((one) => nameOf(one) === 'suspended');
  if (!trial || !suspended) throw new Error('not listed');
  expect(licenceOf(trial, tenant)).toMatchObject({ state: 'trial', evidence: 'proved' });
  expect(licenceOf(trial, null)).toMatchObject({
    state: 'licensed',
    evidence: 'inferred',
    proof: expect.stringContaining('not visible to this sign-in'),
  });
  expect(licenceOf(suspended, null)).toMatchObject({ state: 'suspended', evidence: 'proved' });
  // The backup app of the read-only profile may not see them.
  expect(await readTenantLicences(app)).toMatchObject({ ok: false, error: { code: 'graph/forbidden' } });
});

it('counts no plan that is switched off for the person', async () => {
  const { tenant, accounts } = await scene();
  const ada = accounts.find((one) => nameOf(one) === 'ada');
  if (!ada) throw new Error('not listed');
  const trials = tenant.skus.filter(({ standing }) => standing === 'trial').map(({ skuId }) => skuId);
  const [sku] = ada.licences;
  const both = {
    ...ada,
    licences: [
      ...trials.map((skuId) => ({ skuId, disabledPlans: [] })),
      { ...sku, skuId: sku?.skuId ?? '', disabledPlans: ada.plans.map(({ servicePlanId }) => servicePlanId) },
    ],
  };
  expect(licenceOf(both, tenant).state).toBe('trial');
});

it('measures shared mailboxes alone, folder by folder, and says what it could not see', async () => {
  const { world, app, tenant, accounts } = await scene();
  const named = (name: string) => {
    const found = accounts.find((one) => nameOf(one) === name);
    if (!found) throw new Error(`no ${name}`);
    return found;
  };
  const asked = accounts.filter((one) => asksSize(one, licenceOf(one, tenant), 'microsoft'));
  expect(asked.map(nameOf)).toEqual(['shared', 'shared-near', 'shared-full']);
  expect(accounts.filter((one) => asksSize(one, licenceOf(one, tenant), 'reference'))).toEqual([]);

  const near = named('shared-near');
  world.tenant.world.mail.deliver(near.id, 'Inbox/Orders/2026', Buffer.from('Subject: x\r\n\r\nhello\r\n'));
  const size = (await readMailboxSizes(app, [near.id])).get(near.id);
  const whole = world.tenant.world.mail.mailbox(near.id)?.usedBytes() ?? 0;
  expect(size).toEqual({ ok: true, value: whole });
  expect(whole).toBeGreaterThan(49.8 * 2 ** 30);
  const says = (bytes: number | null) =>
    eligibilityOf(near, licenceOf(near, tenant), { rule: 'microsoft', anyway: false, size: bytes });
  expect(says(whole).why).toMatch(/49\.8 GiB \(53\.5 GB\) this one is about to need one/);
  expect(says(null)).toMatchObject({ kind: 'eligible', why: expect.stringMatching(/did not show/) });
  expect(says(1e9).why).toMatch(/A hold would need one and is not visible in Graph/);
});
