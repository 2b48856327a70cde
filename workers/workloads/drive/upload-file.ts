/** One file up: through an upload session, which keeps the dates, or by a plain PUT where sessions are refused. */
import * as v from 'valibot';
import { failure, type Failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Account, Part, Row } from '../../repository/model.ts';
import { findPart, readPart } from '../read-part.ts';
import type { ContentSource, WorkloadDeps } from '../workload.ts';
import { driveCall, itemPath, parseFileMeta } from './drive-item.ts';
import { contentRole } from './item.ts';
import { createPartReader } from './part-reader.ts';

/** learn.microsoft.com/graph/api/driveitem-put-content */
const largestPut = 250 * 1000 * 1000;
/** Fragments are multiples of 327,680 bytes (learn.microsoft.com/graph/api/driveitem-createuploadsession). */
const fragment = 32 * 327_680;

/** Sessions are tried so often for one file. */
const mostSessions = 3;

const withId = v.object({ id: v.string() });
const sessionSchema = v.object({ uploadUrl: v.string() });

export interface Upload {
  readonly account: Account;
  readonly folder: string;
  readonly row: Row;
  /** The row's, unless that is taken. */
  readonly name: string;
  readonly deps: WorkloadDeps;
}

export const childPath = ({ account, folder, name }: Pick<Upload, 'account' | 'folder' | 'name'>): string =>
  `${itemPath(account, folder)}:/${encodeURIComponent(name)}`;

/** The new item's id. `graph/conflict` where the name is taken. */
export async function uploadFile(upload: Upload, content: ContentSource): Promise<Result<string>> {
  const part = findPart(upload.row, contentRole);
  if (!part.ok) return part;
  if (part.value.size === 0) return putFile(upload, part.value, content);
  const done = await uploadBySession(upload, part.value, content);
  return !done.ok && done.error.code === 'graph/forbidden' ? putFile(upload, part.value, content) : done;
}

async function uploadBySession(upload: Upload, part: Part, content: ContentSource): Promise<Result<string>> {
  const { row, name, deps } = upload;
  const item = { '@microsoft.graph.conflictBehavior': 'fail', name, fileSystemInfo: datesOf(row) };
  const path = `${childPath(upload)}:/createUploadSession`;
  for (let left = mostSessions; ; left--) {
    const session = await deps.graph.send('POST', path, { item }, sessionSchema, driveCall(deps));
    if (!session.ok) return session;
    const done = await deps.graph.upload({
      url: session.value.uploadUrl,
      size: part.size,
      read: createPartReader(part, content),
      fragment,
      signal: deps.signal,
    });
    if (done.ok) return idOf(done.value);
    if (!isSessionGone(done.error) || left === 1) return done;
  }
}

/** Before its time, or because it was complete and its last answer was lost: then the next session meets a conflict. */
const isSessionGone = ({ code, facts }: Failure): boolean =>
  code === 'graph/not-found' || (code === 'graph/forbidden' && facts?.status === 401);

function idOf(answer: unknown): Result<string> {
  const parsed = v.safeParse(withId, answer);
  return parsed.success
    ? ok(parsed.output.id)
    : err(failure('graph/unexpected-shape', 'the upload ended without naming the file it made'));
}

/** Two requests, and two versions in the file's history; the content is held in memory. */
async function putFile(upload: Upload, part: Part, content: ContentSource): Promise<Result<string>> {
  const { deps } = upload;
  if (part.size > largestPut) {
    return err(failure('graph/too-large', 'without upload sessions Graph takes files up to 250 MB'));
  }
  const bytes = await readPart(part, content);
  if (!bytes.ok) return bytes;
  const path = `${childPath(upload)}:/content?@microsoft.graph.conflictBehavior=fail`;
  const call = driveCall(deps, { 'Content-Type': 'application/octet-stream' });
  const put = await deps.graph.send('PUT', path, bytes.value, withId, call);
  if (!put.ok) return put;
  const dated = await setDates(upload, put.value.id);
  return dated.ok ? ok(put.value.id) : dated;
}

export const setDates = ({ account, row, deps }: Upload, id: string): Promise<Result<unknown>> =>
  deps.graph.send(
    'PATCH',
    itemPath(account, id),
    { fileSystemInfo: datesOf(row) },
    v.unknown(),
    driveCall(deps),
  );

function datesOf(row: Row): Record<string, string> {
  const { created, modified } = parseFileMeta(row.meta);
  return {
    ...(created !== '' && { createdDateTime: created }),
    lastModifiedDateTime: modified || row.date,
  };
}
