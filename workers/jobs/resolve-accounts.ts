/** Names for chosen accounts: listing the whole directory is for the screen that offers them. */
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

type User = v.InferOutput<typeof userSchema>;

/** In one cheap round, with any sign-in that may read these; whom the directory does not tell is left out. */
export async function readNames(graph: GraphClient, ids: readonly string[]): Promise<Result<Account[]>> {
  const answers = await graph.batch(
    ids.map((id) => ({
      path: `/users/${encodeURIComponent(id)}?$select=id,userPrincipalName,displayName`,
      schema: userSchema,
    })),
    { pool: 'directory' },
  );
  const stopped = answers.find((answer) => !answer.ok && endsJob(answer.error));
  if (stopped && !stopped.ok) return stopped;
  return ok(answers.flatMap((answer) => (answer.ok ? accountOf(answer.value) : [])));
}

export const accountOf = ({ id, userPrincipalName, displayName }: User): Account => ({
  id,
  userPrincipalName,
  displayName: displayName ?? userPrincipalName,
});

/** In the order asked for. Who has left the directory keeps the name of the last snapshot, or the bare id. */
export const resolveAccounts = (
  ids: readonly string[],
  known: readonly Account[],
  snapshots: readonly Snapshot[],
): Account[] => ids.map((id) => known.find((one) => one.id === id) ?? lastKnown(id, snapshots));

const lastKnown = (id: string, snapshots: readonly Snapshot[]): Account =>
  snapshots.find(({ account }) => account.id === id)?.account ?? {
    id,
    userPrincipalName: id,
    displayName: id,
  };
