/** Writes of a restore, each noted before it is sent and after its answer, so that exactly these can be taken back. */
import type { GraphClient } from '../../graph/client.ts';
import { failureKind, type Failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { isGone } from '../is-gone.ts';
import type { FieldChange, WorkloadDeps, WriteLog, Written } from '../workload.ts';
import { findMade, markOf } from './find-group.ts';
import { addLink, factsIn, linksIn, managerIn, writeFacts, writeManager, type Link } from './write.ts';

export interface Writer {
  readonly admin: GraphClient;
  readonly log: WriteLog;
}

/** Nothing was written: unlike with a lost answer, or where it was cancelled while it waited for one. */
const isRefusal = ({ code }: Failure): boolean =>
  ['graph', 'sign-in', 'relay'].includes(failureKind(code)) &&
  !['graph/unavailable', 'graph/unexpected-shape'].includes(code);

/** Where it is refused, the log says again what it said `before`. */
export async function noted<T>(
  log: WriteLog,
  { before, about }: { readonly before: Written; readonly about: Written },
  write: () => Promise<Result<T>>,
): Promise<Result<T>> {
  const begun = await log.note(about);
  if (!begun.ok) return begun;
  const done = await write();
  if (done.ok || !isRefusal(done.error)) return done;
  const refused = await log.note(before);
  return refused.ok ? done : refused;
}

interface Target {
  readonly id: string;
  readonly path: string;
}

/** Gives what could not be put back: a manager who is no longer in the directory. */
export async function putFields(
  { id, path }: Target,
  fields: readonly FieldChange[],
  { admin, log }: Writer,
  deps: WorkloadDeps,
): Promise<Result<string[]>> {
  const about = (names: readonly string[]) => {
    const before = log.written;
    return { before, about: { ...before, id, fields: [...new Set([...before.fields, ...names])] } };
  };
  const facts = factsIn(fields);
  if (facts.length > 0) {
    const names = facts.map(({ field }) => field);
    const written = await noted(log, about(names), () => writeFacts(path, facts, admin, deps));
    if (!written.ok) return written;
  }
  const manager = managerIn(fields);
  if (!manager) return ok([]);
  const set = await noted(log, about(['manager']), () => writeManager(path, manager, admin, deps));
  if (set.ok) return ok([]);
  return isGone(set.error) ? ok([`manager: ${String(manager.backup)} is not in the directory now`]) : set;
}

/** Gives those who are no longer in the directory. */
export async function putLinks(
  object: Target,
  fields: readonly FieldChange[],
  writer: Writer,
  deps: WorkloadDeps,
): Promise<Result<string[]>> {
  const losses: string[] = [];
  for (const link of linksIn(fields)) {
    const added = await putLink(object, link, writer, deps);
    if (added.ok) continue;
    if (!isGone(added.error)) return added;
    const anew = await putMadeAnew(object, link, writer, deps);
    if (!anew.ok) return anew;
    if (!anew.value) losses.push(`${link.relation}: ${link.id} is not in the directory now`);
  }
  return ok(losses);
}

async function putLink(
  { id, path }: Target,
  link: Link,
  { admin, log }: Writer,
  deps: WorkloadDeps,
): Promise<Result<void>> {
  const before = log.written;
  const others = before.links.filter((one) => one.relation !== link.relation || one.id !== link.id);
  const withLink = (sure: boolean): Written => ({ ...before, id, links: [...others, { ...link, sure }] });
  const states = { before, about: withLink(false) };
  const added = await noted(log, states, () => addLink(path, link, admin, deps));
  if (!added.ok) return err(added.error);
  return added.value === 'added' ? log.note(withLink(true)) : ok();
}

/** A security group in a group, which a restore has made under another id; false where there is none. */
async function putMadeAnew(
  object: Target,
  link: Link,
  writer: Writer,
  deps: WorkloadDeps,
): Promise<Result<boolean>> {
  const found = await findMade(markOf(link.id), deps);
  if (!found.ok) return found;
  if (found.value === null) return ok(false);
  const added = await putLink(object, { ...link, id: found.value }, writer, deps);
  return added.ok ? ok(true) : added;
}
