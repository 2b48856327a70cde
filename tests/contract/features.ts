/**
 * The features of Holdfast that stand on one permission or another, each as one short use of it on a tenant whose token
 * holds given roles and nothing else.
 */
import { listAccounts } from '../../workers/access/accounts.ts';
import { failure, type FailureCode } from '../../workers/kernel/failure.ts';
import { err, ok, type Result } from '../../workers/kernel/result.ts';
import type { ContentSource, RestorePlace } from '../../workers/workloads/workload.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { AccountView } from '../../workers/contract/accounts.ts';
import { smallTenant } from '../unit/tenant/core/start.ts';
import { createDriveSide, type DriveSide } from './drive-side.ts';
import { createMailSide } from './mail-side.ts';
import { createTasksSide } from './tasks-side.ts';
import type { Side } from './workload.suite.ts';
import { Copy, depsOf, graphClient } from './workload-world.ts';

/** `ok`, the failure's code, or what the person would miss. */
export type Outcome = 'ok' | FailureCode | 'kinds unknown' | 'differs';

/** By the name that the report has for it. */
export const features = {
  accounts: async (roles) => codeOf(await accountsWith(roles)),
  'mailbox-kinds': async (roles) => {
    const accounts = await accountsWith(roles);
    if (!accounts.ok) return accounts.error.code;
    return accounts.value.some(({ kind }) => kind === 'unknown') ? 'kinds unknown' : 'ok';
  },
  'mail-backup': async (roles) => backUp(await createMailSide(roles)),
  'mail-restore': async (roles) => restore(await createMailSide(roles)),
  'files-backup': async (roles) => backUp(await createDriveSide(roles)),
  'files-restore': async (roles) => restore(await createDriveSide(roles)),
  'tasks-backup': async (roles) => backUp(await createTasksSide(roles)),
  'large-upload': async (roles) => {
    const side = await createDriveSide(roles);
    side.tenant.world.switches.appUploadSession = 'refused';
    return restoreLarge(side);
  },
} satisfies Readonly<Record<string, (roles: readonly string[]) => Promise<Outcome>>>;

export type FeatureName = keyof typeof features;

const codeOf = <T>(result: Result<T>): Outcome => (result.ok ? 'ok' : result.error.code);

async function accountsWith(roles: readonly string[]): Promise<Result<AccountView[]>> {
  const graph = await graphClient(await smallTenant({ limits: 'none' }), roles);
  const accounts: AccountView[] = [];
  const judging = { tenant: null, rule: 'reference', anyway: new Set<string>() } as const;
  const listed = await listAccounts(graph, judging, (page) => void accounts.push(...page));
  return listed.ok ? ok(accounts) : listed;
}

/** Everything once, and what came since. */
async function backUp(side: Side): Promise<Outcome> {
  side.fill(3);
  const copy = new Copy(side.workload(), side.account, side.deps);
  for (const more of [1, 0]) {
    const listed = await copy.list();
    if (!listed.ok) return listed.error.code;
    const [other] = await copy.fetchAll();
    if (other) return other.kind === 'failed' ? other.failure.code : 'differs';
    side.fill(more);
  }
  return copy.rows.size === side.truth().size ? 'ok' : 'differs';
}

/** A copy made with every right: what is asked about is putting it back. */
async function copyOf(side: Side & { readonly tenant: Tenant }): Promise<Copy> {
  side.fill(2);
  const copy = new Copy(side.workload(), side.account, depsOf(await graphClient(side.tenant)));
  await copy.list();
  await copy.fetchAll();
  return copy;
}

async function openPlace(side: Side): Promise<Result<RestorePlace>> {
  const target = await side.workload().restore.openTarget(side.account, 'Restored', side.deps);
  return target.ok ? ok({ target: target.value, folder: target.value.folder }) : target;
}

async function restore(side: Side & { readonly tenant: Tenant }): Promise<Outcome> {
  const { rows, store } = await copyOf(side);
  const port = side.workload().restore;
  const place = await openPlace(side);
  if (!place.ok) return place.error.code;
  for (const row of rows.values()) {
    const put = await port.putItem(place.value, row, store, side.deps);
    if (!put.ok) return put.error.code;
    const compared = await port.compare(place.value.target, put.value, row, side.deps);
    if (!compared.ok) return compared.error.code;
    if (compared.value.length > 0) return 'differs';
  }
  return codeOf(await port.removeTarget(place.value.target, side.deps));
}

/** Larger than one request takes. Its content is not there to be read: whoever gets so far may upload it. */
async function restoreLarge(side: DriveSide): Promise<Outcome> {
  const [row] = (await copyOf(side)).rows.values();
  const place = await openPlace(side);
  if (!place.ok || !row) return codeOf(place);
  const size = 250_000_001;
  const large = { ...row, size, parts: row.parts.map((part) => ({ ...part, size })) };
  const nothing: ContentSource = {
    async *read() {
      yield err(failure('storage/missing', 'no content'));
    },
  };
  const put = await side.workload().restore.putItem(place.value, large, nothing, side.deps);
  return !put.ok && put.error.code === 'storage/missing' ? 'ok' : codeOf(put);
}
