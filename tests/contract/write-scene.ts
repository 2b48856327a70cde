/** A read-only installation with one mail and one file in its backup, and what stands in its tenant. */
import type { EngineApi } from '../../workers/contract/engine-api.ts';
import type { WriteProof } from '../../workers/contract/write-rights.ts';
import type { Failure } from '../../workers/kernel/failure.ts';
import { graphAppId } from '../tenant/directory/resources.ts';
import { addAccount } from '../tenant/seed/accounts.ts';
import { plainTenant } from './broken/scene.ts';
import { engineWorld, idOf, passphrase, value, type EngineWorld } from './engine-world.ts';

export const administrator = 'ada@contoso.example';
export const helper = 'helga@contoso.example';
export const tenantIdOf = ({ tenant }: EngineWorld) => tenant.tenantId;

const mail = 'From: x@y.test\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\nSubject: kept\r\n\r\nhello\r\n';

export interface WriteScene {
  readonly world: EngineWorld;
  readonly repository: string;
  /** A new plan for the mailbox or drive; gives its hash. */
  plan(workload?: 'mail' | 'drive'): Promise<string>;
  /** A new start on the same stores, unlocked. */
  restart(): Promise<void>;
}

export async function writeScene(profile: 'read-only' | 'complete' = 'read-only'): Promise<WriteScene> {
  const world = await engineWorld({
    ...plainTenant,
    log: true,
    furnish: (tenant) => {
      plainTenant.furnish?.(tenant);
      addAccount(tenant, { userPrincipalName: helper, displayName: 'Helga Kowalski' });
    },
  });
  const { mail: mails, drives } = world.tenant.world;
  const jonas = idOf(world, 'jonas');
  mails.deliver(jonas, 'Inbox', Buffer.from(mail));
  drives.put(drives.driveOfUser(jonas) ?? '', '/kept.txt', Buffer.from('kept'));
  const { tenantId, tenantName } = value(await world.api.onboard(profile, () => {}));
  const place = { kind: 'browser', name: tenantName } as const;
  const made = await world.api.createRepository({ place, tenantId, tenantName, passphrase });
  const repository = value(made).repository.id;
  value(await world.api.backup(repository, [jonas], () => {}));
  return {
    world,
    repository,
    plan: async (workload = 'mail') => {
      const snapshots = value(await world.api.snapshots(repository));
      const snapshot = snapshots.find((one) => one.workload === workload)?.id ?? '';
      const planned = await world.api.planRestore({ repository, snapshot, scope: { kind: 'all' } });
      return value(planned).hash;
    },
    restart: async () => {
      world.api = await world.reload();
      value(await world.api.unlock(repository, { passphrase }));
    },
  };
}

/** The backup app's own, and that of Microsoft Graph. */
export function principalsOf({ tenant }: EngineWorld) {
  const { apps } = tenant.world.directory;
  const app = apps.applications().find(({ fields }) => fields['displayName'] === 'Holdfast Backup');
  const graph = apps.servicePrincipalByAppId(graphAppId);
  return { principal: apps.servicePrincipalByAppId(app?.appId ?? ''), graph };
}

/** As an administrator does it in Entra. */
export function assign(world: EngineWorld, role: string): void {
  const { principal, graph } = principalsOf(world);
  const appRoleId = graph?.appRoles.find((one) => one.value === role)?.id;
  if (!principal || !graph || appRoleId === undefined) throw new Error(`no ${role}`);
  const { grants } = world.tenant.world.directory;
  grants.assign({ principalId: principal.id, resourceId: graph.id, appRoleId });
}

/** Graph roles that the tenant has assigned to the backup app, beyond reading. */
export function lent(world: EngineWorld): string[] {
  const { principal, graph } = principalsOf(world);
  return world.tenant.world.directory.grants
    .assignments()
    .filter(({ principalId }) => principalId === principal?.id)
    .flatMap(({ appRoleId }) => graph?.appRoles.find(({ id }) => id === appRoleId)?.value ?? [])
    .filter((role) => /ReadWrite/.test(role));
}

/** As the page does: asks, lends, runs, takes back. Stops at the first failure. */
export async function putBack(api: EngineApi, tenantId: string, hash: string): Promise<WriteProof | Failure> {
  const nothing = () => {};
  const opened = await api.openWriting(hash, 'sign-in', nothing);
  if (!opened.ok) return opened.error;
  const report = await api.restore(hash, nothing);
  if (!report.ok) return report.error;
  const proof = await api.endWriting(tenantId, false, nothing);
  return proof.ok ? proof.value : proof.error;
}
