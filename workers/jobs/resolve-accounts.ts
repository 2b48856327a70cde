/** Names for chosen accounts, in one cheap round: listing the whole directory is for the screen that offers them. */
import * as v from 'valibot';
import type { GraphClient } from '../graph/client.ts';
import { ok, type Result } from '../kernel/result.ts';
import type { Account, Snapshot } from '../repository/model.ts';
import { endsJob } from './run-stop.ts';

const userSchema = v.object({
  id: v.string(),
  userPrincipalName: v.string(),
  displayName: v.nullish(v.string()),
});

/** In the order asked for. Who has left the directory keeps the name of the last snapshot, or the bare id. */
export async function resolveAccounts(
  graph: GraphClient,
  ids: readonly string[],
  snapshots: readonly Snapshot[],
): Promise<Result<Account[]>> {
  const answers = await graph.batch(
    ids.map((id) => ({
      path: `/users/${encodeURIComponent(id)}?$select=id,userPrincipalName,displayName`,
      schema: userSchema,
    })),
    { pool: 'directory' },
  );
  const accounts: Account[] = [];
  for (const [index, id] of ids.entries()) {
    const answer = answers[index];
    if (answer && !answer.ok && endsJob(answer.error)) return answer;
    accounts.push(answer?.ok ? accountOf(answer.value) : lastKnown(id, snapshots));
  }
  return ok(accounts);
}

const accountOf = (user: v.InferOutput<typeof userSchema>): Account => ({
  id: user.id,
  userPrincipalName: user.userPrincipalName,
  displayName: user.displayName ?? user.userPrincipalName,
});

const lastKnown = (id: string, snapshots: readonly Snapshot[]): Account =>
  snapshots.find(({ account }) => account.id === id)?.account ?? {
    id,
    userPrincipalName: id,
    displayName: id,
  };
