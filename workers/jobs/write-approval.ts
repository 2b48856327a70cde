/** What an administrator does who was sent a link: look at the request, grant it, take it back. On any device. */
import { array, looseObject, object, string } from 'valibot';
import { requireGranter } from '../access/approvers.ts';
import { directory } from '../access/installation.ts';
import {
  findApp,
  grantRole,
  heldRoles,
  removeRoles,
  type AppInTenant,
  type GrantDeps,
  type KnownAssignment,
} from '../access/write-grants.ts';
import { unlistedMs } from '../access/patience.ts';
import { readRoles } from '../access/write-roles.ts';
import type { Approval, WriteRequest } from '../contract/write-rights.ts';
import type { Clock } from '../kernel/clock.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Person } from './administrator.ts';
import { askingMs, marginMs } from './write-asked.ts';

export interface ApprovalAsked {
  readonly request: WriteRequest;
  readonly action: 'look' | 'grant' | 'remove';
  readonly clock: Clock;
  readonly own: OwnGrants;
}

/** What was granted to one app from this page: a list may not show it yet. */
export interface OwnGrants {
  made: (KnownAssignment & { readonly at: number })[];
  /** When a grant was last tried whose answer has not arrived, in milliseconds since the epoch. */
  unansweredAt: number | null;
}

/** Anybody may send a link: it can widen no app but one that an administrator has let read everything already. */
export async function approve(person: Person, asked: ApprovalAsked): Promise<Result<Approval>> {
  const { clientId, roles, until } = asked.request;
  // Who asked may wait no longer, and look after it no more.
  if (asked.action === 'grant' && !mayGrant(until, asked.clock.now()))
    return err(failure('input/invalid', 'the link has run out: whoever asked must send a new one'));
  const at = { graph: person.graph, clock: asked.clock };
  const app = await findApp(at, clientId);
  if (!app.ok) return app;
  const before = await heldRoles(at, app.value);
  if (!before.ok) return before;
  if (!readRoles.every((role) => before.value.includes(role)))
    return err(failure('input/invalid', 'the link names an app that is no backup app of this tenant'));
  const changed = asked.action === 'look' ? ok() : await change(person, asked, { at, app: app.value });
  if (!changed.ok) return changed;
  const held = await heldRoles(at, app.value);
  if (!held.ok) return held;
  return ok({
    tenantName: await tenantNameOf(person),
    appName: app.value.name,
    signedInAs: person.signedIn.account.userPrincipalName,
    held: roles.filter((role) => held.value.includes(role) || isNew(role, asked)),
    mayGrant: mayGrant(until, asked.clock.now()),
  });
}

/** No request names a later time than a day ahead: one that does was changed on its way. */
function mayGrant(until: string | null, now: number): boolean {
  const leftMs = until === null ? 0 : Date.parse(until) - now;
  return leftMs > 0 && leftMs <= askingMs + marginMs;
}

/** Granted here so lately that a list which lacks it says nothing. */
const isNew = (role: string, { own, clock }: ApprovalAsked): boolean =>
  own.made.some((one) => one.role === role && clock.now() < one.at + unlistedMs);

async function change(
  { graph, signedIn }: Person,
  { request: { roles }, action, clock, own }: ApprovalAsked,
  { at, app }: { readonly at: GrantDeps; readonly app: AppInTenant },
): Promise<Result<void>> {
  const may = await requireGranter(graph, signedIn);
  if (!may.ok) return may;
  if (action === 'remove') {
    const doomed = { roles, known: own.made, unansweredAt: own.unansweredAt };
    const removed = await removeRoles(at, app, doomed, async () => ok());
    if (!removed.ok) return removed;
    own.made = own.made.filter(({ role }) => !roles.includes(role));
    own.unansweredAt = null;
    return ok();
  }
  for (const role of roles) {
    const granted = await grantRole(at, app, role, async () => {
      own.unansweredAt = clock.now();
      return ok();
    });
    if (!granted.ok) return granted;
    own.unansweredAt = null;
    if (granted.value !== null) own.made.push({ id: granted.value, role, at: clock.now() });
  }
  return ok();
}

async function tenantNameOf({ graph, signedIn }: Person): Promise<string> {
  const schema = object({ value: array(looseObject({ displayName: string() })) });
  const answer = await graph.get('/organization?$select=id,displayName', schema, directory);
  return (answer.ok && answer.value.value[0]?.displayName) || signedIn.tenantId;
}
