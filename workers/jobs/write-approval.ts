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
} from '../access/write-grants.ts';
import { readRoles } from '../access/write-roles.ts';
import type { Approval, WriteRequest } from '../contract/write-rights.ts';
import type { Clock } from '../kernel/clock.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Person } from './administrator.ts';

export interface ApprovalAsked {
  readonly request: WriteRequest;
  readonly action: 'look' | 'grant' | 'remove';
  readonly clock: Clock;
}

/** Anybody may send a link: it can widen no app but one that an administrator has let read everything already. */
export async function approve(person: Person, asked: ApprovalAsked): Promise<Result<Approval>> {
  const { clientId, roles, until } = asked.request;
  // Who asked may wait no longer, and look after it no more.
  if (asked.action === 'grant' && !(until !== null && asked.clock.now() < Date.parse(until)))
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
    held: roles.filter((role) => held.value.includes(role)),
  });
}

async function change(
  { graph, signedIn }: Person,
  { request: { roles }, action }: ApprovalAsked,
  { at, app }: { readonly at: GrantDeps; readonly app: AppInTenant },
): Promise<Result<void>> {
  const may = await requireGranter(graph, signedIn);
  if (!may.ok) return may;
  if (action === 'remove')
    return removeRoles(at, app, { roles, known: [], unansweredAt: null }, async () => ok());
  for (const role of roles) {
    const granted = await grantRole(at, app, role);
    if (!granted.ok) return granted;
  }
  return ok();
}

async function tenantNameOf({ graph, signedIn }: Person): Promise<string> {
  const schema = object({ value: array(looseObject({ displayName: string() })) });
  const answer = await graph.get('/organization?$select=id,displayName', schema, directory);
  return (answer.ok && answer.value.value[0]?.displayName) || signedIn.tenantId;
}
