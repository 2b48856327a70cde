/** What the entities of Graph's collections have, so that a name nobody has is refused as Graph refuses it. */
import types from '../data/types.json' with { type: 'json' };
import { GraphError } from './context.ts';

interface EntityType {
  readonly type: string;
  /** Names in lower case: Graph takes them in any case. */
  readonly properties: ReadonlySet<string>;
  readonly links: ReadonlySet<string>;
  /** Properties by their names in lower case, as Graph spells them. */
  readonly spelling: ReadonlyMap<string, string>;
}

const words = (text: string) => new Set(text.toLowerCase().split(' '));
const byCollection = new Map<string, EntityType>(
  Object.entries(types).map(([collection, { type, properties, links }]) => [
    collection,
    {
      type,
      properties: words(properties),
      links: words(links),
      spelling: new Map(properties.split(' ').map((name) => [name.toLowerCase(), name])),
    },
  ]),
);

/** By the last collection a context names: `users('…')/licenseDetails`, `applications/$entity`. */
const typeOf = (fragment: string) =>
  byCollection.get(fragment.replace(/\/\$entity$/, '').replace(/^.*\//, ''));

const lacking = (name: string, { type }: EntityType) =>
  `Could not find a property named '${name.slice(0, 80)}' on type '${type}'.`;

const bad = (why: string) => new GraphError(400, 'BadRequest', why);

/** Names of a list without what stands in brackets: `children($select=id),permissions`. */
export const namesOf = (list: string | null | undefined) =>
  (list ?? '')
    .replace(/\((?:[^()]|\([^()]*\))*\)/g, '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== '*');

/** Annotations (`@microsoft.graph.downloadUrl`, `content.downloadUrl`) and casts are no properties. */
const isPlain = (name: string) => !/[@./]/.test(name);

interface Options {
  readonly select?: string | null | undefined;
  readonly expand?: string | null | undefined;
  readonly orderby?: string | null | undefined;
  /** Paths that a filter names. */
  readonly filtered?: readonly string[];
}

/** Is the collection listed here, and has an entity of it a property or a link of this name? */
export function declares(fragment: string, name: string): boolean {
  const type = typeOf(fragment);
  return [type?.properties, type?.links].some((set) => set?.has(name.toLowerCase()));
}

/** Has an entity of the collection a property or a link of this name? Unlisted collections take any. */
export const isKnownName = (fragment: string, name: string): boolean =>
  typeOf(fragment) === undefined || declares(fragment, name);

/** Lists are empty where nobody wrote them, everything else is null. */
const lists = new Set(
  'assignedLabels assignedLicenses identities imAddresses infoCatalogs interests licenseAssignmentStates onPremisesProvisioningErrors pastProjects provisionedPlans responsibilities schools serviceProvisioningErrors skills'.split(
    ' ',
  ),
);

/** Never null in the schema; left out where nobody wrote them. */
const never = new Set(['birthday', 'deviceEnrollmentLimit', 'hireDate', 'logo', 'oauth2RequirePostResponse']);

/** What an entity answers for the selected properties of its type that it does not have. */
export function nobodyHas(
  fragment: string,
  selected: string,
  entity: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { spelling } = typeOf(fragment) ?? {};
  const names = namesOf(selected).map((name) => spelling?.get(name.toLowerCase()));
  const missing = names.filter(
    (name): name is string => name !== undefined && !(name in entity) && !never.has(name),
  );
  return Object.fromEntries(missing.map((name) => [name, lists.has(name) ? [] : null]));
}

/** Throws 400 where an option names what entities of the collection do not have. Unlisted collections take any name. */
export function requireKnownNames(fragment: string, { select, expand, orderby, filtered }: Options): void {
  const type = typeOf(fragment);
  if (!type) return;
  const unknownIn = (names: readonly string[], ...known: readonly ReadonlySet<string>[]) =>
    names.find((name) => isPlain(name) && !known.some((set) => set.has(name.toLowerCase())));
  const parsed =
    unknownIn(namesOf(select), type.properties, type.links) ?? unknownIn(namesOf(expand), type.links);
  if (parsed !== undefined) throw bad(`Parsing OData Select and Expand failed: ${lacking(parsed, type)}`);
  const roots = (filtered ?? []).map((path) => path.split('/')[0] ?? '');
  const inFilter = unknownIn(roots, type.properties, type.links);
  if (inFilter !== undefined) throw bad(`Invalid filter clause: ${lacking(inFilter, type)}`);
  const sorted = namesOf(orderby).map((part) => part.split(/[\s/]/)[0] ?? '');
  const inOrder = unknownIn(sorted, type.properties);
  if (inOrder !== undefined) throw bad(lacking(inOrder, type));
}
