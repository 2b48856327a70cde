/** All attachments of a restored message, each once, whatever was attached before and whichever answers were lost. */
import * as v from 'valibot';
import type { Failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { mayExist } from '../may-exist.ts';
import { mailboxCall } from './mailbox.ts';
import { attach, restoredNames, type Attaching } from './restore-attachments.ts';
import type { RestorableAttachment } from './stored-message.ts';

/** How often what is missing is looked for and attached, where answers are lost or upload sessions end early. */
const mostRounds = 3;

/** `begun`: an earlier try, cut short, may have attached some. The value names what is lost. */
export async function attachAll(
  attachments: readonly RestorableAttachment[],
  to: Attaching,
  begun: boolean,
): Promise<Result<string[]>> {
  const losses = new Set<string>();
  for (let round = 1; ; round++) {
    const missing = begun || round > 1 ? await missingFrom(attachments, to) : ok(attachments);
    if (!missing.ok) return missing;
    const broken = await attachEach(missing.value, to, losses);
    if (!broken) return ok([...losses]);
    const mayBeThere = mayExist(broken) || broken.code === 'graph/not-found';
    if (!mayBeThere || round === mostRounds) return err(broken);
  }
}

/** In their order, up to the first that fails. */
async function attachEach(
  attachments: readonly RestorableAttachment[],
  to: Attaching,
  losses: Set<string>,
): Promise<Failure | undefined> {
  for (const attachment of attachments) {
    const attached = await attach(attachment, to);
    if (!attached.ok) return attached.error;
    for (const loss of attached.value) losses.add(loss);
  }
  return undefined;
}

const listed = v.object({ value: v.array(v.object({ name: v.nullish(v.string()) })) });

/** What is not there yet: by name, each once. */
async function missingFrom(
  wanted: readonly RestorableAttachment[],
  { account, path, deps }: Attaching,
): Promise<Result<readonly RestorableAttachment[]>> {
  if (wanted.length === 0) return ok([]);
  const answer = await deps.graph.get(`${path}/attachments?$select=name`, listed, mailboxCall(account, deps));
  if (!answer.ok) return answer;
  const there = answer.value.value.map(({ name }) => name ?? '');
  return ok(
    wanted.filter((attachment) => {
      const names = restoredNames(attachment);
      const at = there.findIndex((name) => names.includes(name));
      if (at !== -1) there.splice(at, 1);
      return at === -1;
    }),
  );
}
