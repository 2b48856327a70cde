/** What a client says of a group, held to the directory's rules before anything is changed. */
import { GraphError } from '../graph/context.ts';
import type { Entity } from '../graph/odata.ts';
import { declares } from '../graph/types.ts';
import { badRequest } from './answer.ts';
import type { Group, Relation } from './group-registry.ts';

/** Properties a client may change later; lengths in characters. */
const texts = {
  displayName: 256,
  description: 1024,
  mailNickname: 64,
  classification: Infinity,
  theme: Infinity,
  preferredLanguage: Infinity,
  visibility: Infinity,
} as const;
type TextName = keyof typeof texts;

const choices: Readonly<Partial<Record<TextName, readonly string[]>>> = {
  theme: ['Teal', 'Purple', 'Green', 'Blue', 'Pink', 'Orange', 'Red'],
  visibility: ['Private', 'Public', 'HiddenMembership'],
};

export type GroupFields = Partial<Pick<Group, TextName | 'securityEnabled'>>;

const invalid = (name: string) =>
  badRequest(`Invalid value specified for property '${name}' of resource 'Group'.`);

/** Microsoft Learn, "Create group": ASCII without these. */
const isNickname = (text: string) => /^[\x21-\x7e]+$/.test(text) && !/[@()\\[\]";:<>,]/.test(text);

function textOf(name: TextName, value: unknown): string | null {
  if (value === null && name !== 'displayName' && name !== 'mailNickname') return null;
  if (typeof value !== 'string' || value === '' || value.length > texts[name]) throw invalid(name);
  if (name === 'mailNickname' && !isNickname(value)) throw invalid(name);
  if (choices[name]?.includes(value) === false) throw invalid(name);
  return value;
}

const isText = (name: string): name is TextName => Object.hasOwn(texts, name);
const binds = /^(members|owners)@odata\.bind$/;

/** Known to Graph but not to this tenant is another matter than known to nobody. */
function refuse(name: string): never {
  const known = !name.includes('@') && declares('groups', name);
  if (known) throw new GraphError(501, 'NotImplemented', `The simulated tenant does not take '${name}'.`);
  throw badRequest(`Invalid property '${name}'.`);
}

/** `rest` are names the caller of this has looked at already. */
export function groupFields(body: Entity, rest: readonly string[] = []): GroupFields {
  const fields: Entity = {};
  for (const [name, value] of Object.entries(body)) {
    if (binds.test(name) || name === '@odata.type' || rest.includes(name)) continue;
    if (isText(name)) fields[name] = textOf(name, value);
    else if (name !== 'securityEnabled') refuse(name);
    else if (typeof value !== 'boolean') throw invalid(name);
    else fields[name] = value;
  }
  return fields as GroupFields;
}

export interface NewGroupFields extends GroupFields {
  readonly displayName: string;
  readonly mailNickname: string;
  readonly isMicrosoft365: boolean;
  readonly securityEnabled: boolean;
}

function requireAll(body: Entity, names: readonly string[]): void {
  const missing = names.find((name) => body[name] === undefined || body[name] === null);
  if (missing !== undefined)
    throw badRequest(`A value is required for property '${missing}' of resource 'Group'.`);
}

/** Throws 400 for kinds of groups that Graph does not create: distribution lists, mail-enabled security groups. */
export function newGroupFields(body: Entity): NewGroupFields {
  requireAll(body, ['displayName', 'mailEnabled', 'mailNickname', 'securityEnabled']);
  const types: unknown = body['groupTypes'] ?? [];
  if (!Array.isArray(types) || types.some((type) => type !== 'Unified')) throw invalid('groupTypes');
  const isMicrosoft365 = types.length > 0;
  const fields = groupFields(body, ['groupTypes', 'mailEnabled']);
  const { displayName = '', mailNickname = '', securityEnabled = false } = fields;
  if (body['mailEnabled'] !== isMicrosoft365 || (!isMicrosoft365 && !securityEnabled)) {
    throw badRequest(
      'The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement property is unset and the security-enablement property is set.',
    );
  }
  return { ...fields, displayName, mailNickname, securityEnabled, isMicrosoft365 };
}

/** The id at the end of `https://graph.microsoft.com/v1.0/directoryObjects/{id}` or of the address of a user, group or app. */
export function referredId(link: unknown): string {
  const address =
    /^https:\/\/[^/]+\/(?:v1\.0|beta)\/(?:directoryObjects|users|groups|servicePrincipals)[/(]'?([^/')]+)'?\)?$/i;
  const id = address.exec(String(link))?.[1];
  if (id === undefined) throw badRequest("Invalid URI for the '@odata.id' of a reference.");
  return decodeURIComponent(id);
}

/** At most 20 in one request. */
export function boundIds(body: Entity, relation: Relation): string[] {
  const links = body[`${relation}@odata.bind`] ?? [];
  if (!Array.isArray(links)) throw invalid(relation);
  if (links.length > 20)
    throw badRequest(`The number of references in '${relation}@odata.bind' exceeds the limit of 20.`);
  return [...new Set(links.map(referredId))];
}
