/**
 * Who of the chosen accounts a run may take: whom the tenant's rule allows and who has a seat. Whoever is left out is
 * named with the reason; an account that cannot be reached is let in, because the run itself says so. One of which
 * nothing was told just now is let in as well, and takes a seat.
 */
import { judgeAccounts } from '../access/accounts.ts';
import { probeAccounts, readChosen } from '../access/account-facts.ts';
import { counts } from '../access/licence-rule.ts';
import { licenceOf } from '../access/licences.ts';
import { seatKindOf, type Claimant } from '../access/seats.ts';
import type { UserFacts } from '../access/user-facts.ts';
import type { AccountView } from '../contract/accounts.ts';
import type { Connection } from '../contract/connections.ts';
import type { ItemNote } from '../contract/jobs.ts';
import type { GraphClient } from '../graph/client.ts';
import { failure, type Failure, type FailureCode } from '../kernel/failure.ts';
import { ok, type Result } from '../kernel/result.ts';
import type { Account } from '../repository/model.ts';
import { judgingOf } from './licence-settings.ts';
import { accountOf, readNames } from './resolve-accounts.ts';
import { seatlessOf, takeSeats, type LedgerDeps } from './seat-ledger.ts';

export interface Admission {
  readonly admitted: readonly string[];
  readonly refused: readonly Refusal[];
  /** Names of those whom the directory knows: nobody has to ask once more. */
  readonly known: readonly Account[];
}

export interface Refusal {
  readonly account: string;
  readonly userPrincipalName: string;
  /** `input/not-eligible` or `input/no-seat`. */
  readonly failure: Failure;
}

interface AdmissionDeps extends LedgerDeps {
  readonly graph: GraphClient;
}

/**
 * `take`: seats are given; else it is only told who would get one. In the order given. Neither licence nor seat is
 * needed by one's own account, and by the tenant as an account, which owns the directory.
 */
export async function admit(
  deps: AdmissionDeps,
  { tenantId, kind }: Pick<Connection, 'tenantId' | 'kind'>,
  ids: readonly string[],
  take: boolean,
): Promise<Result<Admission>> {
  if (kind === 'own') {
    const known = await readNames(deps.graph, ids);
    return known.ok ? ok({ admitted: ids, refused: [], known: known.value }) : known;
  }
  const judging = await judgingOf(deps, tenantId, deps.graph);
  if (!judging.ok) return judging;
  const chosen = await readChosen(
    deps.graph,
    ids.filter((id) => id !== tenantId),
  );
  if (!chosen.ok) return chosen;
  const { users, unanswered } = chosen.value;
  const isLicensed = (user: UserFacts) => counts(licenceOf(user, judging.value.tenant));
  // Only of the others a mailbox is asked: one that has to wait must not keep a run from beginning.
  const probed = await probeAccounts(
    deps.graph,
    users.filter((user) => !isLicensed(user)),
  );
  if (!probed.ok) return probed;
  const views = await judgeAccounts(deps.graph, probed.value, judging.value);
  const allowed = views.filter((view) => /^(eligible|anyway)$/.test(view.eligibility.kind) || isSilent(view));
  const kinds = new Map(allowed.map(({ id, kind }) => [id, seatKindOf(kind)]));
  const unknown = unanswered.map((account): Claimant => ({ account, of: 'account' }));
  const judged = users.flatMap((user): Claimant[] => {
    const of = isLicensed(user) ? 'account' : kinds.get(user.id);
    return of ? [{ account: user.id, of }] : [];
  });
  const claimants = [...judged, ...unknown];
  const seatless = await (take ? takeSeats : seatlessOf)(deps, tenantId, claimants);
  if (!seatless.ok) return seatless;
  const why = new Map(
    views.flatMap(({ id, eligibility }) =>
      eligibility.kind === 'needs-licence' ? [[id, eligibility.why] as const] : [],
    ),
  );
  const named = [...users, ...unanswered.map((id) => ({ id, userPrincipalName: id }))];
  const refused = named.flatMap((user) => refusalOf(user, why.get(user.id), seatless.value) ?? []);
  const names = new Set(refused.map(({ account }) => account));
  return ok({
    admitted: ids.filter((id) => !names.has(id)),
    refused,
    known: users.map(accountOf),
  });
}

/** Out of reach, and perhaps only just now. */
const isSilent = ({ eligibility, mail, drive }: AccountView): boolean =>
  eligibility.kind === 'unreachable' && [mail, drive].some((reach) => !reach.ok && reach.unanswered);

function refusalOf(
  { id: account, userPrincipalName }: Pick<UserFacts, 'id' | 'userPrincipalName'>,
  needsLicence: string | undefined,
  seatless: ReadonlySet<string>,
): Refusal | undefined {
  const refuse = (code: FailureCode, why: string): Refusal => ({
    account,
    userPrincipalName,
    failure: failure(code, why, { retry: 'after-user' }),
  });
  if (needsLicence !== undefined) return refuse('input/not-eligible', needsLicence);
  return seatless.has(account) ? refuse('input/no-seat', 'no seat was free for it') : undefined;
}

/** Each part of an account that the run leaves out, as its report names it. */
export const leftOut = (refused: readonly Refusal[], workloads: readonly string[]): ItemNote[] =>
  refused.flatMap(({ account, userPrincipalName: name, failure: { code, detail } }) =>
    workloads.map((workload) => ({ account, workload, name, reason: code, detail })),
  );
