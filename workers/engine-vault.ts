/** `EngineApi`: repositories of this device. */
import type { EngineApi } from './contract/engine-api.ts';
import type { Parts } from './engine.ts';
import { restoreLock } from './jobs/locks.ts';
import { listJournals } from './jobs/restore-journal.ts';
import { failure } from './kernel/failure.ts';
import { err, ok, type Result } from './kernel/result.ts';

type VaultCalls = Pick<
  EngineApi,
  'repositories' | 'createRepository' | 'attach' | 'unlock' | 'lock' | 'forget'
>;

export const vaultCalls = (parts: Parts): VaultCalls => ({
  repositories: () => parts.vault.list(),

  createRepository: ({ place, tenantId, tenantName, passphrase }) =>
    parts.vault.create({
      folder: place.kind === 'folder' ? place.handle : null,
      tenantId,
      tenantName,
      passphrase,
    }),

  attach: async (place) =>
    place.kind === 'folder'
      ? parts.vault.attach(place.handle)
      : err(failure('input/invalid', 'what is in this browser is known already')),

  unlock: (repository, secret) => parts.vault.unlock(repository, secret),

  lock: async (repository) => {
    await endJobs(parts, repository);
    forgetContent(parts, repository);
    return parts.vault.lock(repository);
  },

  forget: async (repository) => {
    await endJobs(parts, repository);
    const free = await isFree(parts, repository);
    if (!free.ok) return free;
    forgetContent(parts, repository);
    return parts.vault.forget(repository);
  },
});

/** `storage/busy` while another tab restores from it: its files must not go under that. */
async function isFree({ deps: { records, locks } }: Parts, repository: string): Promise<Result<void>> {
  const journals = await listJournals(records);
  if (!journals.ok) return journals;
  for (const { hash, request } of journals.value) {
    if (request.repository === repository && (await locks.held(restoreLock(hash))))
      return err(failure('storage/busy', 'another tab restores from this backup', { retry: 'later' }));
  }
  return ok();
}

/** What was read of a locked repository is not kept: neither its rows nor the plans made of them. */
export function forgetContent({ readers, plans }: Parts, repository: string): void {
  readers.forget(repository);
  for (const [hash, { request }] of plans) if (request.repository === repository) plans.delete(hash);
}

/** Cancels what is running and waits until it has committed what it had. */
async function endJobs({ backups, restores }: Parts, repository: string): Promise<void> {
  const jobs = [
    backups.get(repository),
    ...[...restores.values()].filter((each) => each.repository === repository).map(({ job }) => job),
  ];
  for (const job of jobs) job?.control.cancel();
  await Promise.all(jobs.map((job) => job?.done));
}
