/** What each row of the reference page is for in Holdfast, what goes without it, and what it puts at risk. */
import { array, nullable, number, object, parse, picklist, string, type InferOutput } from 'valibot';
import factsJson from './data/row-facts.json' with { type: 'json' };
import { referenceRows, type Permission, type ReferenceRow } from './permissions.ts';

export const riskSchema = object({
  /** `tier-0`: a way to Global Administrator. */
  level: picklist(['tier-0', 'high', 'medium', 'low', 'none']),
  reason: string(),
});
const factsSchema = object({
  row: number(),
  purpose: string(),
  /** Null where nothing in Holdfast uses the permission. */
  feature: nullable(
    picklist([
      'sign-in',
      'install',
      'long-runs',
      'accounts',
      'mail-backup',
      'files-backup',
      'own-tasks',
      'directory-facts',
      'group-restore',
      'group-members',
      'people-restore',
    ]),
  ),
  /** What stops without it, or why nothing does. */
  without: string(),
  /** A less powerful way to the same end. */
  alternative: string(),
  risk: riskSchema,
});

export type RowFacts = InferOutput<typeof factsSchema>;

const rows = parse(object({ source: string(), rows: array(factsSchema) }), factsJson).rows;

/** `row` counts from 1 in the page's order. Throws where the page has no such row. */
export function rowFacts(row: number): RowFacts {
  const facts = rows.find((one) => one.row === row);
  if (!facts) throw new Error(`data/row-facts.json lacks row ${row}`);
  return facts;
}

/** Rows of the page that name a permission its resource has, and that nothing in Holdfast uses. */
export const unusedRows = (): readonly number[] =>
  referenceRows.flatMap(({ claim, section }, index) => {
    const isNamed = claim !== '' && section !== 'sharepoint';
    return isNamed && rowFacts(index + 1).feature === null ? [index + 1] : [];
  });

export const isRowOf = (row: ReferenceRow, { resource, value, kind }: Permission): boolean =>
  row.section === resource && row.claim === value && (row.type === 'application') === (kind === 'Role');

/** Its number on the page, among the rows of the backup app; undefined where the page lacks it. */
export function rowOf(permission: Permission): number | undefined {
  const index = referenceRows.findIndex((row) => row.app === 'backup' && isRowOf(row, permission));
  return index < 0 ? undefined : index + 1;
}
