/** `EngineApi`: plan, run, cancel and undo restores. */
import type { EngineApi } from './contract/engine-api.ts';
import type { RestoreProgress, RestoreReport } from './contract/jobs.ts';
import type { Parts } from './engine.ts';
import { restoreLock } from './jobs/locks.ts';
import { openToWrite } from './jobs/open-to-write.ts';
import { writerOf, type Writing } from './jobs/owner.ts';
import type { Listener } from './jobs/reporter.ts';
import { freeFolderName, listJournals, readJournal, type JournalEntry } from './jobs/restore-journal.ts';
import { datedFolder, prepareRestore, type PreparedRestore } from './jobs/restore-plan.ts';
import { readChanges, tellChanges } from './jobs/planned-changes.ts';
import type { RestoreDeps } from './jobs/restore-run.ts';
import { startRestore } from './jobs/restore.ts';
import { forgetRestore, undoRestore } from './jobs/undo.ts';
import type { WritePlan } from './jobs/write-record.ts';
import { failure, failureKind } from './kernel/failure.ts';
import { err, ok, type Result } from './kernel/result.ts';
import type { SnapshotReader } from './repository/repository.ts';

type RestoreCalls = Pick<
  EngineApi,
  'planRestore' | 'restore' | 'cancelRestore' | 'undoRestore' | 'unfinishedRestores' | 'forgetRestore'
>;

/** Plans that nobody ran make room for new ones. */
const PLANS_KEPT = 8;

export const restoreCalls = (parts: Parts): RestoreCalls => ({
  planRestore: async (request) => {
    const { records, clock } = parts.deps;
    const repository = parts.vault.repository(request.repository);
    if (!repository.ok) return repository;
    const reader = await parts.readers.reader(repository.value, request.snapshot);
    if (!reader.ok) return reader;
    const { account } = reader.value.snapshot;
    const planned = [...parts.plans.values()].filter((plan) => plan.account.id === account.id);
    const taken = planned.map(({ plan }) => plan.targetFolder);
    const name = await freeFolderName(records, account.id, datedFolder(clock.now()), taken);
    if (!name.ok) return name;
    const deps = { repository: repository.value, workloads: parts.workloads };
    const prepared = await prepareRestore(deps, request, name.value);
    if (!prepared.ok) return prepared;
    const shown = await withChanges(parts, prepared.value, reader.value);
    if (!shown.ok) return shown;
    keepPlan(parts, shown.value);
    return ok(shown.value.plan);
  },

  restore: (hash, listener) => restore(parts, hash, listener),

  cancelRestore: async (hash) => {
    const running = parts.restores.get(hash);
    if (!running) return err(failure('input/invalid', 'no such restore is running here'));
    running.job.control.cancel();
    return ok();
  },

  undoRestore: async (hash) => {
    const entry = await readJournal(parts.deps.records, hash);
    if (!entry.ok) return entry;
    const { repository: id, snapshot } = entry.value.request;
    const opened = parts.vault.repository(id);
    if (!opened.ok) return opened;
    const reader = await parts.readers.reader(opened.value, snapshot);
    if (!reader.ok) return reader;
    const { workload, account } = reader.value.snapshot;
    const plan = { hash, workload };
    return writing(parts, { repository: id, plan, account: account.id, patience: false }, (deps) =>
      undoRestore({ ...deps, workloads: parts.workloads }, hash),
    );
  },

  forgetRestore: (hash) => forgetRestore(parts.deps, hash),

  unfinishedRestores: async (id) => {
    const journals = await listJournals(parts.deps.records);
    if (!journals.ok) return journals;
    const plans = [];
    for (const entry of journals.value) {
      const isOurs = entry.request.repository === id && !entry.finished;
      if (!isOurs || (await parts.deps.locks.held(restoreLock(entry.hash)))) continue;
      const prepared = await planAgain(parts, entry);
      // One whose snapshot is gone or damaged cannot continue; that must not hide the others.
      if (prepared.ok) plans.push(prepared.value.plan);
      else if (failureKind(prepared.error.code) === 'vault') return prepared;
    }
    return ok(plans);
  },
});

async function restore(
  parts: Parts,
  hash: string,
  listener: Listener<RestoreProgress>,
): Promise<Result<RestoreReport>> {
  const prepared = await planOf(parts, hash);
  if (!prepared.ok) return prepared;
  const repository = prepared.value.request.repository;
  if (parts.restores.has(hash)) return err(failure('job/already-running', 'this restore is running'));
  const { account, workload } = prepared.value;
  const plan = { hash, workload: workload.name };
  return writing(parts, { repository, plan, account: account.id, patience: true }, async (deps) => {
    const job = startRestore(deps, prepared.value, listener);
    parts.restores.set(hash, { repository, job });
    try {
      return await job.done;
    } finally {
      parts.restores.delete(hash);
    }
  });
}

/** The plan that was shown, or the same one made again from the journal of a restore that was cut short. */
export async function planOf(parts: Parts, hash: string): Promise<Result<PreparedRestore>> {
  const kept = parts.plans.get(hash);
  if (kept) return ok(kept);
  const entry = await readJournal(parts.deps.records, hash);
  return entry.ok ? planAgain(parts, entry.value) : entry;
}

async function planAgain(parts: Parts, entry: JournalEntry): Promise<Result<PreparedRestore>> {
  const repository = parts.vault.repository(entry.request.repository);
  if (!repository.ok) return repository;
  const deps = { repository: repository.value, workloads: parts.workloads };
  const prepared = await prepareRestore(deps, entry.request, entry.targetFolder);
  if (!prepared.ok) return prepared;
  if (prepared.value.plan.hash !== entry.hash) {
    return err(failure('input/invalid', 'the plan is no longer what was confirmed: plan again'));
  }
  const again = await withJournalled(parts, prepared.value, entry);
  if (again.ok) keepPlan(parts, again.value);
  return again;
}

/** What was shown before it was confirmed, not what is there now. */
async function withJournalled(
  parts: Parts,
  prepared: PreparedRestore,
  { request, shown }: JournalEntry,
): Promise<Result<PreparedRestore>> {
  if (!prepared.plan.changes) return ok(prepared);
  const repository = parts.vault.repository(request.repository);
  if (!repository.ok) return repository;
  const reader = await parts.readers.reader(repository.value, request.snapshot);
  return reader.ok ? ok(await withShown(prepared, new Map(shown), reader.value)) : reader;
}

function keepPlan({ plans }: Parts, prepared: PreparedRestore): void {
  plans.set(prepared.plan.hash, prepared);
  const [oldest] = plans.keys();
  if (plans.size > PLANS_KEPT && oldest !== undefined) plans.delete(oldest);
}

/**
 * Runs `work` where the app may write: `sign-in/consent-missing` with fact `roles` where it has to be lent the right. With
 * `patience` it waits where somebody has to sign in again; without, that is a failure.
 */
async function writing<T>(
  parts: Parts,
  writingPlan: WritingPlan,
  work: (deps: RestoreDeps) => Promise<Result<T>>,
): Promise<Result<T>> {
  const { repository: id, plan, patience } = writingPlan;
  if (parts.workloads.find(({ name }) => name === plan.workload)?.restore.inPlace) {
    const deps = await adminDeps(parts, id, patience);
    return deps.ok ? work(deps.value) : deps;
  }
  const repository = parts.vault.repository(id);
  if (!repository.ok) return repository;
  const tenant = await openToWrite(parts.tenants, repository.value.head.tenantId);
  if (!tenant.ok) return tenant;
  const writer = await writerOf(parts, tenant.value, { ...writingPlan, workload: plan.workload });
  if (!writer.ok) return writer;
  const { throttling } = tenant.value;
  const { clock, records, locks } = parts.deps;
  const deps = { repository: repository.value, ...writer.value, throttling, clock, records, locks };
  return parts.writes.during(tenant.value, plan, () => work(deps));
}

interface WritingPlan extends Writing {
  readonly repository: string;
  readonly plan: WritePlan;
}

/** `sign-in/interaction-required` where no administrator is signed in to the backup app: its own roles write nothing here. */
async function adminDeps(parts: Parts, id: string, patience: boolean): Promise<Result<RestoreDeps>> {
  const repository = parts.vault.repository(id);
  if (!repository.ok) return repository;
  const { tenantId } = repository.value.head;
  const tenant = await parts.tenants.open(tenantId);
  if (!tenant.ok) return tenant;
  const admin = await parts.appSignIns.client(tenantId, patience);
  if (!admin.ok) return admin;
  if (!admin.value) {
    const why =
      'an administrator has to sign in to the backup app: accounts and groups are written as that person';
    return err(failure('sign-in/interaction-required', why, { retry: 'after-user' }));
  }
  const { graph, throttling } = tenant.value;
  const { clock, records, locks } = parts.deps;
  const { graph: asAdmin, tokens: asking } = admin.value;
  return ok({ repository: repository.value, graph, throttling, clock, records, locks, asAdmin, asking });
}

/** The plan with what is there now beside what the backup has, where a restore changes it in place. */
async function withChanges(
  parts: Parts,
  prepared: PreparedRestore,
  reader: SnapshotReader,
): Promise<Result<PreparedRestore>> {
  const port = prepared.workload.restore.inPlace;
  if (!port) return ok(prepared);
  const repository = parts.vault.repository(prepared.request.repository);
  if (!repository.ok) return repository;
  const tenant = await parts.tenants.open(repository.value.head.tenantId);
  if (!tenant.ok) return tenant;
  const deps = { graph: tenant.value.graph, clock: parts.deps.clock, signal: new AbortController().signal };
  const shown = await readChanges({ port, content: repository.value }, prepared.rows, deps);
  return shown.ok ? ok(await withShown(prepared, shown.value, reader)) : shown;
}

async function withShown(
  prepared: PreparedRestore,
  shown: PreparedRestore['shown'],
  reader: SnapshotReader,
): Promise<PreparedRestore> {
  const changes = await tellChanges(shown, prepared.rows, reader);
  return { ...prepared, shown, plan: { ...prepared.plan, changes } };
}
