/** How verdicts and their evidence read on the screen. */
import type {
  Answer,
  Evidence,
  PermissionVerdict,
  Risk,
  VendorApp,
  Verdict,
} from '#workers/contract/check.ts';

type Tone = 'ok' | 'warning' | 'error' | 'neutral';
interface Words {
  readonly text: string;
  readonly tone: Tone;
}

export const verdictWords: Record<Verdict, Words> = {
  ok: { text: 'fine', tone: 'ok' },
  missing: { text: 'missing', tone: 'error' },
  extra: { text: 'more than needed', tone: 'warning' },
  unknown: { text: 'not visible', tone: 'neutral' },
};

export const evidenceWords: Record<Evidence, string> = {
  proved: 'seen',
  inferred: 'concluded',
  'not-visible': 'not visible to this sign-in',
};

export const permissionWords: Record<PermissionVerdict, Words> = {
  ...verdictWords,
  ok: { text: 'granted', tone: 'ok' },
  extra: { text: 'not needed', tone: 'warning' },
  renamed: { text: 'renamed', tone: 'error' },
  'not-requested': { text: 'not requested', tone: 'neutral' },
};

export const riskWords: Record<Risk['level'], Words> = {
  'tier-0': { text: 'Tier 0', tone: 'error' },
  high: { text: 'High', tone: 'warning' },
  medium: { text: 'Medium', tone: 'neutral' },
  low: { text: 'Low', tone: 'ok' },
  none: { text: 'None', tone: 'neutral' },
};

export const answerWords: Record<Answer | 'optional', string> = {
  yes: 'yes',
  no: 'no',
  unknown: '?',
  optional: 'optional',
};

export const vendorWords: Record<VendorApp['verdict'], Words> = {
  'as-documented': { text: 'as its vendor documents', tone: 'ok' },
  more: { text: 'more than it needs', tone: 'warning' },
  less: { text: 'less than it needs', tone: 'neutral' },
  unknown: { text: 'not seen whole: what people consented to is out of sight', tone: 'neutral' },
  'unknown-product': { text: 'not a product that Holdfast knows', tone: 'neutral' },
};
