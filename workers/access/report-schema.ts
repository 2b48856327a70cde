/** A report that was saved as a file, read again: bounded and checked before anything of it is used. */
import * as v from 'valibot';
import type { CheckReport } from '../contract/check.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';

/** Characters; a report of 20,000 accounts has a few hundred thousand. */
const longestReport = 16 * 1024 * 1024;

const text = v.pipe(v.string(), v.maxLength(10_000));
const evidence = v.picklist(['proved', 'inferred', 'not-visible']);
const verdicts = ['ok', 'missing', 'extra', 'unknown'] as const;

const findingSchema = v.object({
  id: text,
  title: text,
  verdict: v.picklist(verdicts),
  evidence,
  advice: text,
  stops: v.picklist(['backup', 'restore', 'nothing']),
});

const permissionSchema = v.object({
  row: v.nullable(v.number()),
  id: v.nullable(text),
  app: v.picklist(['registrator', 'backup']),
  api: text,
  claim: text,
  permission: text,
  type: v.picklist(['application', 'delegated']),
  purpose: text,
  without: text,
  alternative: text,
  risk: v.object({ level: v.picklist(['tier-0', 'high', 'medium', 'low', 'none']), reason: text }),
  verdict: v.picklist([...verdicts, 'not-requested']),
  evidence,
  why: text,
});

const reportSchema = v.object({
  schema: v.literal('holdfast-report/1'),
  version: text,
  at: v.pipe(v.string(), v.isoTimestamp()),
  tenantId: text,
  tenantName: text,
  signedInAs: text,
  findings: v.pipe(v.array(findingSchema), v.maxLength(1_000)),
  permissions: v.pipe(v.array(permissionSchema), v.maxLength(1_000)),
  accounts: v.nullable(v.object({ users: v.number(), withMailbox: v.number(), withDrive: v.number() })),
  notInThisBackup: v.array(v.object({ what: text, why: text, instead: text })),
  notLookedAt: v.array(v.object({ what: text, why: text, shownBy: text })),
  installed: v.boolean(),
});

/** `input/invalid` where the text is no report of this version. */
export function readReport(json: string): Result<CheckReport> {
  if (json.length > longestReport) return invalid('too long for a report');
  try {
    const parsed = v.safeParse(reportSchema, JSON.parse(json));
    return parsed.success ? ok(parsed.output) : invalid('not a report of this version of Holdfast');
  } catch {
    return invalid('not JSON');
  }
}

const invalid = (detail: string) => err(failure('input/invalid', detail));
