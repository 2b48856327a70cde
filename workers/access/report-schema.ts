/** A report that was saved as a file, read again: bounded and checked before anything of it is used. */
import * as v from 'valibot';
import type { CheckReport, Finding, FindingId } from '../contract/check.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';

/** Characters; a report of 20,000 accounts has a few hundred thousand. */
const longestReport = 16 * 1024 * 1024;

const text = v.pipe(v.string(), v.maxLength(10_000));
const some = <S extends v.GenericSchema>(item: S) => v.pipe(v.array(item), v.maxLength(1_000));
const evidence = v.picklist(['proved', 'inferred', 'not-visible']);
const verdicts = ['ok', 'missing', 'extra', 'unknown'] as const;
const answer = v.picklist(['yes', 'no', 'unknown']);
const kind = v.picklist(['application', 'delegated']);
const fix = v.nullable(v.picklist(['install', 'look-closer']));
const risk = v.object({ level: v.picklist(['tier-0', 'high', 'medium', 'low', 'none']), reason: text });

const findingId = v.custom<FindingId>(
  (id) => typeof id === 'string' && id.length < 200 && /^[a-z-]+$|^role:[a-z]+:\S+$/.test(id),
);
const plainFinding = {
  id: findingId,
  title: text,
  verdict: v.picklist(verdicts),
  evidence,
  proof: text,
  advice: text,
  who: v.picklist(['you', 'administrator', 'nobody']),
  fix,
  link: v.nullable(v.object({ text, href: text })),
  stops: v.picklist(['backup', 'restore', 'nothing']),
};
/** Consequences have none of their own: what follows from what stands in one list. */
const consequence: v.GenericSchema<unknown, Finding> = v.object({
  ...plainFinding,
  consequences: v.pipe(v.array(v.never()), v.maxLength(0)),
});
const finding = v.object({ ...plainFinding, consequences: some(consequence) });

const permission = v.object({
  row: v.nullable(v.number()),
  id: v.nullable(text),
  app: v.picklist(['registrator', 'backup']),
  api: text,
  claim: text,
  permission: text,
  type: kind,
  purpose: text,
  without: text,
  alternative: text,
  risk,
  required: answer,
  granted: answer,
  inToken: answer,
  verdict: v.picklist([...verdicts, 'not-requested', 'renamed']),
  evidence,
  proof: text,
  why: text,
});

const vendor = v.object({
  name: text,
  clientId: v.nullable(text),
  enabled: v.nullable(v.boolean()),
  credentialEnds: v.nullable(text),
  product: v.nullable(v.object({ name: text, source: text, link: text })),
  permissions: some(
    v.object({
      api: text,
      claim: text,
      type: kind,
      needed: v.picklist(['yes', 'no', 'optional', 'unknown']),
      granted: v.boolean(),
      risk,
    }),
  ),
  verdict: v.picklist(['as-documented', 'more', 'less', 'unknown', 'unknown-product']),
  link: v.nullable(text),
});

const score = v.object({
  points: v.number(),
  word: v.picklist(['ready', 'nearly there', 'gaps', 'not protected']),
  parts: some(v.object({ title: text, points: v.number(), of: v.number(), why: text })),
  actions: some(v.object({ title: text, gain: v.number(), advice: text, fix })),
});

const counts = v.object({
  users: v.number(),
  guests: v.number(),
  blocked: v.number(),
  onPremises: v.number(),
  withMailbox: v.number(),
  withDrive: v.number(),
  kiosk: v.number(),
  unlicensed: v.number(),
  shared: v.nullable(v.number()),
  rooms: v.nullable(v.number()),
});

const reportSchema = v.object({
  schema: v.literal('holdfast-report/1'),
  version: text,
  at: v.pipe(v.string(), v.isoTimestamp()),
  depth: v.picklist(['quick', 'full']),
  tenantId: text,
  tenantName: text,
  signedInAs: text,
  roles: v.nullable(some(text)),
  profile: v.nullable(v.picklist(['read-only', 'reference', 'complete'])),
  installed: v.nullable(v.boolean()),
  score,
  notInThisBackup: some(v.object({ what: text, why: text, instead: text })),
  findings: some(finding),
  fine: some(finding),
  permissions: some(permission),
  vendors: some(vendor),
  accounts: v.nullable(counts),
  accountNotes: some(v.object({ name: text, userPrincipalName: text, note: text, link: text })),
  accountsMore: v.number(),
  notLookedAt: some(v.object({ what: text, why: text, shownBy: text })),
  exchanges: v.number(),
});

/** `input/invalid` where the text is no report of this version. */
export function readReport(json: string): Result<CheckReport> {
  if (json.length > longestReport) return invalid('too long for a report');
  try {
    const parsed = v.safeParse(reportSchema, JSON.parse(json), { abortEarly: true });
    return parsed.success ? ok(parsed.output) : invalid('not a report of this version of Holdfast');
  } catch {
    return invalid('not JSON');
  }
}

const invalid = (detail: string) => err(failure('input/invalid', detail));
