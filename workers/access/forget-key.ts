/** The last step of leaving a tenant: this device's keys and connection, deleted and looked for. */
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { AppToRemove, RemovalDeps } from './removal.ts';

/** Failures: storage/*. */
export async function forgetKey(
  { store, reach, report }: Pick<RemovalDeps, 'store' | 'reach' | 'report'>,
  { tenantId }: AppToRemove,
): Promise<Result<void>> {
  const reached = await reach('key');
  if (!reached.ok) return reached;
  const forgotten = await store.forget(tenantId);
  if (!forgotten.ok) return forgotten;
  for (const look of [store.connection, store.deviceKey, store.nextKey]) {
    const left = await look(tenantId);
    if (!left.ok) return left;
    if (left.value) return err(failure('storage/io', 'it is still in the browser after its removal'));
  }
  report({ step: 'key', state: 'done', note: 'Read back: none' });
  return ok();
}
