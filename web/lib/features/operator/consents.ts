/** The consent links that were made in this browser: whose they are, and the word by which an answer is known again. */
import * as v from 'valibot';
import { isGuid } from '#workers/kernel/brand.ts';
import { keep, kept } from '#lib/platform/kept.ts';

const key = 'holdfast.consent-links';
const guid = v.pipe(v.string(), v.check(isGuid));
const schema = v.array(v.object({ tenantId: guid, state: guid }));

/** `state` is random and used for one tenant only. */
export type ConsentLink = v.InferOutput<typeof schema>[number];

export function consentLinks(): readonly ConsentLink[] {
  try {
    const parsed = v.safeParse(schema, JSON.parse(kept(key) ?? '[]'));
    return parsed.success ? parsed.output : [];
  } catch {
    return [];
  }
}

/** The one that was made for the tenant before, or a new one. */
export function linkFor(tenantId: string): ConsentLink {
  const links = consentLinks();
  const known = links.find((link) => link.tenantId === tenantId);
  if (known) return known;
  const made = { tenantId, state: crypto.randomUUID() };
  keep(key, JSON.stringify([...links, made]));
  return made;
}

export function dropLink(tenantId: string): void {
  keep(key, JSON.stringify(consentLinks().filter((link) => link.tenantId !== tenantId)));
}
