/** What other backup products document that their app needs: to compare with what a tenant granted it. */
import { array, literal, object, optional, parse, record, string, union } from 'valibot';
import data from './data/vendor-presets.json' with { type: 'json' };
import { referenceRows, type ResourceName } from './permissions.ts';

const byService = record(string(), array(string()));
const schema = object({
  note: string(),
  products: array(
    object({
      id: string(),
      name: string(),
      /** Of an app's name, in any case. */
      pattern: string(),
      source: string(),
      link: string(),
      needs: union([literal('reference-page'), byService]),
      optional: optional(byService, {}),
    }),
  ),
});

export interface Need {
  readonly resource: ResourceName;
  readonly value: string;
  readonly type: 'application' | 'delegated';
  readonly isOptional: boolean;
}

export interface Product {
  readonly name: string;
  readonly pattern: RegExp;
  readonly source: string;
  readonly link: string;
  readonly needs: readonly Need[];
}

const ofPage: readonly Need[] = referenceRows
  .filter(({ app, claim, section }) => app === 'backup' && claim !== '' && section !== 'sharepoint')
  .map(({ section, claim, type }) => ({ resource: section, value: claim, type, isOptional: false }));

const listed = (needs: Readonly<Record<string, readonly string[]>>, isOptional: boolean): Need[] =>
  (['graph', 'exchange', 'sharepoint'] as const).flatMap((resource) =>
    (needs[resource] ?? []).map((value) => ({ resource, value, type: 'application' as const, isOptional })),
  );

export const products: readonly Product[] = parse(schema, data).products.map((one) => ({
  name: one.name,
  pattern: new RegExp(one.pattern, 'i'),
  source: one.source,
  link: one.link,
  needs: [
    ...(one.needs === 'reference-page' ? ofPage : listed(one.needs, false)),
    ...listed(one.optional, true),
  ],
}));
