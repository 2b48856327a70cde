/** How a finding is written: fine, wrong, or out of sight. */
import type { Finding, FindingId } from '../contract/check.ts';

export interface Draft extends Omit<Finding, 'consequences'> {
  /** Meant to be so: nothing else is its cause. */
  readonly byChoice?: boolean;
}
type Extra = Partial<Pick<Finding, 'who' | 'fix' | 'link' | 'evidence'>>;

export const fine = (
  id: FindingId,
  title: string,
  proof: string,
  extra: Extra & { advice?: string } = {},
): Draft => ({
  id,
  title,
  verdict: 'ok',
  evidence: 'proved',
  proof,
  advice: '',
  who: 'nobody',
  fix: null,
  link: null,
  stops: 'nothing',
  ...extra,
});

export const wrong = (
  id: FindingId,
  title: string,
  told: Pick<Finding, 'proof' | 'advice' | 'stops'> &
    Extra & { readonly verdict?: Finding['verdict']; readonly byChoice?: boolean },
): Draft => ({
  id,
  title,
  verdict: 'missing',
  evidence: 'proved',
  who: 'administrator',
  fix: null,
  link: null,
  ...told,
});

export const unseen = (
  id: FindingId,
  title: string,
  /** What would show it. */
  proof: string,
  extra: Extra & { advice?: string; stops?: Finding['stops'] } = {},
): Draft => ({
  id,
  title,
  verdict: 'unknown',
  evidence: 'not-visible',
  proof,
  advice: '',
  who: 'nobody',
  fix: null,
  link: null,
  stops: 'nothing',
  ...extra,
});

export const registrations = {
  text: 'App registrations in Entra',
  href: 'https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade',
};
export const byInstalling = { who: 'administrator', fix: 'install' } as const;
