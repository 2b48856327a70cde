/** The backup app's service principal: found, switched on again, brought back, or made. */
import { unknown } from 'valibot';
import { ok, type Result } from '../kernel/result.ts';
import { findDeleted, orNone } from './find-application.ts';
import {
  directory,
  patienceFor,
  principalSchema,
  type Application,
  type Installation,
  type Principal,
} from './installation.ts';
import { isNotKnownYet, isNotThereYet, untilReplicated } from './patience.ts';

export interface InstalledPrincipal {
  readonly id: string;
  readonly note: string;
}

export async function installPrincipal(
  at: Installation,
  app: Application,
): Promise<Result<InstalledPrincipal>> {
  const read = () => at.graph.get(pathOf(app), principalSchema, directory);
  const found = await orNone(read());
  if (!found.ok) return found;
  if (found.value) return enable(at, found.value);
  const brought = await restore(at, app);
  if (!brought.ok) return brought;
  const made = brought.value ? ok() : await make(at, app);
  if (!made.ok) return made;
  const seen = await untilReplicated(
    read,
    isNotThereYet,
    patienceFor(at, 'service-principal', 'the service principal to appear'),
  );
  return seen.ok ? enable(at, seen.value) : seen;
}

const pathOf = ({ appId }: Application): string =>
  `/servicePrincipals(appId='${appId}')?$select=id,appId,accountEnabled`;

async function enable(at: Installation, principal: Principal): Promise<Result<InstalledPrincipal>> {
  const { id, accountEnabled } = principal;
  if (accountEnabled !== false) return ok({ id, note: '' });
  const path = `/servicePrincipals/${id}`;
  const enabled = await untilReplicated(
    () =>
      at.graph.send('PATCH', path, { accountEnabled: true }, unknown(), { ...directory, idempotent: true }),
    isNotThereYet,
    patienceFor(at, 'service-principal', 'the service principal to appear'),
  );
  return enabled.ok ? ok({ id, note: 'It was disabled: switched on again' }) : enabled;
}

/** Whether there was one to bring back; it comes with its grants, which the next steps hold against the profile. */
async function restore(at: Installation, { appId }: Application): Promise<Result<boolean>> {
  const deleted = await findDeleted(at, 'servicePrincipal', principalSchema, (one) => one.appId === appId);
  if (!deleted.ok) return deleted;
  if (!deleted.value) return ok(false);
  const path = `/directory/deletedItems/${deleted.value.id}/restore`;
  const restored = await at.graph.send('POST', path, undefined, unknown(), directory);
  return restored.ok || restored.error.code === 'graph/not-found' ? ok(restored.ok) : restored;
}

async function make(at: Installation, { appId }: Application): Promise<Result<void>> {
  return untilReplicated(
    async () => {
      const posted = await at.graph.send('POST', '/servicePrincipals', { appId }, unknown(), directory);
      return posted.ok || posted.error.code === 'graph/conflict' ? ok() : posted;
    },
    isNotKnownYet,
    patienceFor(at, 'service-principal', 'the app to be known'),
  );
}
