/** Each tenant with one thing wrong: the check names that as the cause, what follows from it below, and nothing else. */
import { describe, expect, it } from 'vitest';
import type { CheckReport } from '../../workers/contract/check.ts';
import type { EngineApi } from '../../workers/contract/engine-api.ts';
import { plainTenant, type BrokenTenant } from './broken/scene.ts';
import { brokenTenants } from './broken/tenants.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { engineWorld, value, type EngineWorld } from './engine-world.ts';

const administrator = 'ada@contoso.example';

/** An administrator looks and installs; then the thing goes wrong, and the person of the catalogue looks. */
async function broken({ before, after, installed, signInAs }: BrokenTenant) {
  const world = await engineWorld(plainTenant);
  const { tenant } = world;
  before(tenant);
  const api = await world.reloadAs(administrator);
  value(await api.check(() => {}, true, 'closer'));
  const connection = installed === null ? undefined : await api.onboard(installed, () => {});
  const clientId = connection?.ok ? connection.value.clientId : '';
  after(tenant, clientId);
  return { world, api: await world.reloadAs(signInAs), isConnected: clientId !== '' };
}

/** As a person would: look; where nobody consents, go on with less; then closer, and with the app where there is one. */
async function look(api: EngineApi, isConnected: boolean, { tenant }: EngineWorld): Promise<CheckReport> {
  const quick = await api.check(() => {}, true);
  if (!quick.ok) {
    expect(quick.error).toMatchObject({ code: 'sign-in/consent-missing' });
    return value(await api.check(() => {}, true, 'own'));
  }
  if (isConnected) return value(await api.checkFully(tenant.tenantId, () => {}));
  return value(await api.check(() => {}, true, 'closer'));
}

const shape = ({ findings }: CheckReport) =>
  findings.map(({ id, consequences }) => ({
    root: id,
    nested: consequences.map((one) => one.id).toSorted(),
  }));

describe('a tenant in which nothing is wrong', () => {
  it('has no finding', async () => {
    const { world, api } = await broken({ ...whole });
    expect(shape(await look(api, true, world))).toEqual([]);
  });
});

describe('a policy that allows certificates of 30 days', () => {
  it('is no fault: the app is installed with such a certificate', async () => {
    const short = {
      ...whole,
      before: ({ world }: Tenant) => void (world.switches.appCertificates = 'short'),
    };
    const { world, api, isConnected } = await broken(short);
    expect(isConnected).toBe(true);
    expect(shape(await look(api, isConnected, world))).toEqual([]);
    const { fine } = value(await api.check(() => {}, true, 'closer'));
    expect(fine.find(({ id }) => id === 'credential-policy')?.proof).toContain('30 days');
  });
});

const nothing = () => undefined;
const whole: BrokenTenant = {
  name: 'nothing',
  signInAs: administrator,
  installed: 'reference',
  before: nothing,
  after: nothing,
  root: '',
  nested: [],
  repair: 'install',
};

describe('the check names the one thing that is wrong', () => {
  it.each(brokenTenants)('$name: $root', async (tenant) => {
    const { world, api, isConnected } = await broken(tenant);
    const report = await look(api, isConnected, world);
    expect(shape(report)).toEqual([{ root: tenant.root, nested: [...tenant.nested].toSorted() }]);
    const [root] = report.findings;
    expect(root?.advice).not.toBe('');
    expect(root?.proof).not.toBe('');
    // Whatever stands in a report, its file can be read again.
    const { text } = value(await api.reportFile(report, 'json'));
    expect(value(await api.compareReports(text, report)).changes).toEqual([]);
  });
});
