/**
 * The features of Holdfast that stand on one permission or another, each as one short use of it on a tenant whose
 * tokens hold given rights and nothing else.
 */
import { isDeepStrictEqual } from 'node:util';
import { vi } from 'vitest';
import { listAccounts } from '../../workers/access/accounts.ts';
import { createPatientTokens } from '../../workers/access/patient-tokens.ts';
import { systemClock } from '../../workers/kernel/clock.ts';
import { failure, type FailureCode } from '../../workers/kernel/failure.ts';
import { err, ok, type Result } from '../../workers/kernel/result.ts';
import type { ContentSource, RestorePlace } from '../../workers/workloads/workload.ts';
import type { Group } from '../tenant/directory/group-registry.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { AccountView } from '../../workers/contract/accounts.ts';
import { admin, amy, smallTenant } from '../unit/tenant/core/start.ts';
import { createDirectorySide, directoryRoles, type DirectorySide } from './directory-side.ts';
import { createDriveSide, type DriveSide } from './drive-side.ts';
import { createMailSide } from './mail-side.ts';
import { personPort } from './person-port.ts';
import { createTasksSide } from './tasks-side.ts';
import type { Side } from './workload.suite.ts';
import { Copy, depsOf, graphClient } from './workload-world.ts';

/** `ok`, the failure's code, or what the person would miss. */
export type Outcome = 'ok' | FailureCode | 'kinds unknown' | 'differs';

/** App roles, and the scopes of an administrator who is signed in to the app. */
export interface Rights {
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
}

/** By the name that the report has for it. */
export const features = {
  accounts: async (rights) => codeOf(await accountsWith(rights)),
  'mailbox-kinds': async (rights) => {
    const accounts = await accountsWith(rights);
    if (!accounts.ok) return accounts.error.code;
    return accounts.value.some(({ kind }) => kind === 'unknown') ? 'kinds unknown' : 'ok';
  },
  'mail-backup': async ({ roles }) => backUp(await createMailSide(roles)),
  'mail-restore': async ({ roles }) => restore(await createMailSide(roles)),
  'files-backup': async ({ roles }) => backUp(await createDriveSide(roles)),
  'files-restore': async ({ roles }) => restore(await createDriveSide(roles)),
  'large-upload': async ({ roles }) => {
    const side = await createDriveSide(roles);
    side.tenant.world.switches.appUploadSession = 'refused';
    return restoreLarge(side);
  },
  'tasks-backup': async ({ roles }) => backUp(await createTasksSide(roles)),
  'tasks-restore': async ({ roles }) => restore(await createTasksSide(roles)),
  'own-tasks': async (rights) => {
    const backedUp = await backUp(await createTasksSide([], ownersOf(rights)));
    return backedUp === 'ok' ? restore(await createTasksSide([], ownersOf(rights))) : backedUp;
  },
  'directory-facts': async ({ roles }) => backUp(await createDirectorySide(roles)),
  'people-restore': (rights) =>
    restoreDirectory(rights, ({ user }) => Object.assign(user(amy), { jobTitle: 'lost', managerId: null })),
  'group-members': (rights) =>
    restoreDirectory(rights, ({ tenant: { world }, user }, group) =>
      world.directory.link(group, 'members', user(amy).id, false),
    ),
  'deleted-group': (rights) =>
    restoreDirectory(rights, ({ tenant: { world } }, group) => world.directory.removeGroup(group)),
  'group-restore': (rights) =>
    restoreDirectory(rights, ({ tenant: { world } }, group) => {
      world.directory.removeGroup(group);
      world.directory.purgeGroup(group.id);
    }),
  'long-runs': worksForTwoHours,
} satisfies Readonly<Record<string, (rights: Rights) => Promise<Outcome>>>;

export type FeatureName = keyof typeof features;

/** What somebody without a directory role may consent to; whoever signs in is known besides. */
const ownersOf = ({ scopes }: Rights) => [
  'User.Read',
  ...scopes.filter((scope) => scope === 'Tasks.ReadWrite'),
];

const codeOf = <T>(result: Result<T>): Outcome => (result.ok ? 'ok' : result.error.code);

async function accountsWith({ roles }: Rights): Promise<Result<AccountView[]>> {
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
  const copy = await copyOf(side);
  const port = side.workload().restore;
  const place = await openPlace(side);
  if (!place.ok) return place.error.code;
  const { target } = place.value;
  const deps = { ...side.deps, notes: copy.notes };
  for (const row of copy.rows.values()) {
    const folder = copy.folder(row.folder);
    const made = folder ? await port.makeFolder(target, target.folder, folder, deps) : ok(target.folder);
    if (!made.ok) return made.error.code;
    const put = await port.putItem({ target, folder: made.value }, row, copy.store, side.deps);
    if (!put.ok) return put.error.code;
    const compared = await port.compare(target, put.value, row, side.deps);
    if (!compared.ok) return compared.error.code;
    if (compared.value.length > 0) return 'differs';
  }
  return codeOf(await port.removeTarget(target, deps));
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

/** A person with a manager, and a team with that person in it: one thing is lost, and put back where it is. */
async function restoreDirectory(
  { roles, scopes }: Rights,
  lose: (side: DirectorySide, team: Group) => unknown,
): Promise<Outcome> {
  const side = await createDirectorySide(roles, scopes);
  const { directory } = side.tenant.world;
  Object.assign(side.user(amy), { jobTitle: 'Cook', managerId: side.user(admin).id });
  const team = side.addGroup({ displayName: 'Team', isMicrosoft365: true, mail: 'team@contoso.example' });
  directory.link(team, 'members', side.user(amy).id, true);
  const whole = { ...side.deps, graph: await graphClient(side.tenant, directoryRoles) };
  const copy = new Copy(side.workload(), side.account, whole);
  await copy.list();
  await copy.fetchAll();
  const before = side.fields('');
  lose(side, team);
  const place = await openPlace(side);
  if (!place.ok) return place.error.code;
  for (const row of copy.rows.values()) {
    const put = await side.workload().restore.putItem(place.value, row, copy.store, side.deps);
    if (!put.ok) return put.error.code;
  }
  return isDeepStrictEqual(side.fields(''), before) ? 'ok' : 'differs';
}

/** Without a window: whoever signed in two hours ago is still at work, or is asked again. */
async function worksForTwoHours({ scopes }: Rights): Promise<Outcome> {
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    const tenant = await smallTenant({ limits: 'none' });
    const port = personPort(tenant, admin);
    port.staysSignedIn = scopes.includes('offline_access');
    const asked = scopes.filter((scope) => scope !== 'offline_access');
    const request = { clientId: tenant.clientIds.registrator, scopes: asked, tenantId: tenant.tenantId };
    const tokens = createPatientTokens(port, request, { clock: systemClock });
    await tokens.signInAgain();
    vi.setSystemTime(Date.now() + 2 * 3_600_000);
    return codeOf(await tokens.prompt.token());
  } finally {
    vi.useRealTimers();
  }
}
