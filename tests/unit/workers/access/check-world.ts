/** The check before a simulated tenant, by anybody, and how its report reads in a test. */
import { runCheck, type AppSight } from '../../../../workers/access/check.ts';
import { closerScopes } from '../../../../workers/access/scopes.ts';
import type { CheckReport } from '../../../../workers/contract/check.ts';
import { admin } from '../../tenant/core/start.ts';
import { steppingClock, type createWorldWith } from './tenant-world.ts';

export type World = Awaited<ReturnType<typeof createWorldWith>>;
export type Device = Awaited<ReturnType<World['device']>>;

/** An administrator has consented before. */
export async function check(
  world: World,
  store: Device['store'],
  upn = admin,
  app: (() => Promise<AppSight>) | 'closer' | null = null,
): Promise<CheckReport> {
  await world.signIn(world.tenant.accounts[0]?.userPrincipalName ?? admin, closerScopes);
  const { install, signedIn } = await world.device(upn, store, closerScopes);
  const result = await runCheck({
    version: 'test',
    graph: install.graph,
    signedIn,
    registratorClientId: world.tenant.clientIds.registrator,
    store,
    clock: steppingClock,
    consentLink: 'https://login.example/consent',
    closer: app === 'closer',
    app: app === 'closer' ? null : app,
    exchanges: () => 0,
    bought: async () => undefined,
    report: () => undefined,
  });
  if (!result.ok) throw new Error(`${result.error.code} ${result.error.detail}`);
  return result.value;
}

export const problems = ({ findings }: CheckReport) =>
  findings.map(({ id, verdict, stops }) => `${id} ${verdict} ${stops}`);

/** With what follows from each. */
export const tree = ({ findings }: CheckReport) =>
  Object.fromEntries(findings.map(({ id, consequences }) => [id, consequences.map((one) => one.id)]));

export const row = ({ permissions }: CheckReport, claim: string, type = 'application') =>
  permissions.find((one) => one.claim === claim && one.type === type);

/** Nothing but these. */
export function refuse({ tenant: { world } }: World, ...routes: readonly string[]): void {
  const answer = { status: 403, code: 'Authorization_RequestDenied' };
  world.faults.set(routes.map((route) => ({ match: { host: 'graph.microsoft.com', route }, answer })));
}
