/**
 * Upload sessions of drives and of mail attachments: fragments in order to a pre-authenticated link, without
 * Authorization (SharePoint answers it with 401). After a fault the session itself says where to go on.
 */
import { failure, type Failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { cancelled, type Answer } from './call.ts';
import { outcomeOf } from './paced.ts';
import type { UploadRequest } from './client.ts';
import type { TransferDeps } from './download.ts';
import { exchange, ofLink } from './exchange.ts';
import { parseJson } from './parse.ts';
import { createTries } from './retry.ts';

/** The final item's JSON is small. */
const maxAnswerBytes = 1024 * 1024;

type Progress =
  { readonly kind: 'expects'; readonly next: number } | { readonly kind: 'complete'; readonly item: unknown };

export async function upload(request: UploadRequest, deps: TransferDeps): Promise<Result<unknown>> {
  const checked = deps.hosts.contentUrl(request.url);
  if (!checked.ok) return checked;
  const tries = createTries(deps, { repeatable: true, signal: request.signal });
  let offset = 0;
  for (;;) {
    let step = await sendFragment(request, offset, deps);
    if (!step.ok) {
      const stands = await tries.again(outOfStep(step.error));
      if (stands) return err(stands.cause ?? stands);
      step = await askSession(request, offset, deps);
      if (!step.ok) return step;
    } else tries.progressed();
    if (step.value.kind === 'complete') return ok(step.value.item);
    offset = step.value.next;
  }
}

/** 416: the fragment overlaps or leaves a gap, so the session knows better where it stands; worth a few tries. */
const outOfStep = (reason: Failure): Failure =>
  reason.facts?.status === 416
    ? failure('graph/unavailable', reason.detail, { cause: reason, retryAfterMs: 0 })
    : reason;

async function sendFragment(
  { url, size, read, fragment, pool = 'content', signal }: UploadRequest,
  offset: number,
  deps: TransferDeps,
): Promise<Result<Progress>> {
  const length = Math.min(fragment, size - offset);
  const bytes = await read(offset, length);
  if (!bytes.ok) return bytes;
  if (bytes.value.length !== length) {
    return err(
      failure('network/truncated', `the source gave ${bytes.value.length} of ${length} bytes at ${offset}`),
    );
  }
  const ticket = await deps.pace.admit([{ pool, slots: 1, units: 1, bytes: length }], signal);
  if (!ticket) return err(cancelled());
  const init: RequestInit = {
    method: 'PUT',
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Range': `bytes ${offset}-${offset + length - 1}/${size}`,
    },
    body: bytes.value as BodyInit,
    redirect: 'manual',
  };
  const sent = await exchange(url, init, deps, { maxBytes: maxAnswerBytes, signal });
  const answer = sent.ok ? sent : err(ofLink(sent.error));
  const reason = answer.ok ? undefined : answer.error;
  ticket.release(outcomeOf(reason), reason?.retryAfterMs);
  const progress = answer.ok ? progressOf(answer.value) : answer;
  const stuck = progress.ok && progress.value.kind === 'expects' && progress.value.next <= offset;
  return stuck
    ? err(failure('graph/unavailable', `the session stays at byte ${offset}`, { retry: 'later' }))
    : progress;
}

/**
 * Asks where to go on. The session of a mail attachment has no such question; where the answer is unusable the same
 * fragment is sent again. `graph/not-found`: the session is gone.
 */
async function askSession(
  { url, signal }: UploadRequest,
  offset: number,
  deps: TransferDeps,
): Promise<Result<Progress>> {
  const answer = await exchange(url, { redirect: 'manual' }, deps, { maxBytes: maxAnswerBytes, signal });
  if (!answer.ok && answer.error.code === 'graph/not-found') return answer;
  const progress = answer.ok ? progressOf(answer.value) : answer;
  return progress.ok && progress.value.kind === 'expects' ? progress : ok({ kind: 'expects', next: offset });
}

/** Drives say `nextExpectedRanges: ["26-"]`, Outlook `NextExpectedRanges: ["26"]`; without any the item is complete. */
function progressOf(answer: Answer): Result<Progress> {
  const json = parseJson(answer.bytes);
  if (!json.ok) return json;
  const value = (json.value ?? {}) as Record<string, unknown>;
  const ranges = value.nextExpectedRanges ?? value.NextExpectedRanges;
  const first: unknown = Array.isArray(ranges) ? ranges[0] : undefined;
  const next = typeof first === 'string' ? /^(\d{1,15})/.exec(first)?.[1] : undefined;
  if (next !== undefined) return ok({ kind: 'expects', next: Number(next) });
  if (answer.status === 202)
    return err(failure('graph/unexpected-shape', 'the session does not say what it expects'));
  return ok({ kind: 'complete', item: json.value ?? null });
}
