/** The quick check: can this tenant be backed up and restored? Reads only, with delegated rights, in seconds. */
import type { CheckReport } from '../contract/check.ts';
import type { DelegatedToken } from '../contract/engine-api.ts';
import type { GraphClient } from '../graph/client.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Failure } from '../kernel/failure.ts';
import { ok, type Result } from '../kernel/result.ts';
import type { AccessStore } from './access-store.ts';
import { readFacts, type CheckFacts } from './check-facts.ts';
import { findingsOf } from './check-findings.ts';
import { permissionRows } from './check-permissions.ts';
import { readDirectoryRoles } from './directory-roles.ts';
import { notInThisBackup, notLookedAt } from './not-covered.ts';

export interface CheckDeps {
  /** With a delegated token for `checkScopes`. */
  readonly graph: GraphClient;
  readonly signedIn: DelegatedToken;
  readonly store: AccessStore;
  readonly clock: Clock;
  /** Of Holdfast: what a later report is compared by. */
  readonly version: string;
  readonly report: (note: string) => void;
}

/** Fails only where nothing could be asked at all (network/*, sign-in/*); what is hidden is a finding. */
export async function runCheck(deps: CheckDeps): Promise<Result<CheckReport>> {
  const { graph, signedIn, store, clock, report } = deps;
  const { tenantId } = signedIn;
  const roles = await readDirectoryRoles(signedIn, graph);
  const facts = await readFacts(graph, report);
  const nothing = unreachable(facts);
  if (nothing) return { ok: false, error: nothing };
  const connection = await store.connection(tenantId);
  const key = await store.deviceKey(tenantId);
  const profile = connection.ok ? connection.value?.profile : undefined;
  return ok({
    schema: 'holdfast-report/1',
    version: deps.version,
    at: new Date(clock.now()).toISOString(),
    tenantId,
    tenantName: facts.tenantName.ok ? facts.tenantName.value : tenantId,
    signedInAs: signedIn.account.userPrincipalName,
    findings: findingsOf({ ...facts, roles, key: key.ok ? key.value : undefined, now: clock.now() }),
    permissions: permissionRows({ app: facts.app, profile, signedIn }),
    accounts: facts.accounts.ok ? facts.accounts.value : null,
    notInThisBackup,
    notLookedAt,
    installed: facts.app.ok && facts.app.value !== undefined,
  });
}

function unreachable({ tenantName, skus, app, accounts }: CheckFacts): Failure | undefined {
  const parts = [tenantName, skus, app, accounts];
  const failures = parts.flatMap((part) => (part.ok ? [] : [part.error]));
  return failures.find(({ code }) => /^(network|sign-in|job|relay)\//.test(code));
}
