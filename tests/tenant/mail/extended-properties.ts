/**
 * MAPI properties addressed as Graph does: `Integer 0x0E07`, `String {guid} Name X-Foo`, `String {guid} Id 0x8005`.
 * The service answers with ids in its own spelling: hexadecimal in lower case without leading zeros.
 */
import { GraphError } from '../graph/context.ts';

export interface ExtendedProperty {
  /** In the service's spelling. */
  readonly id: string;
  readonly value: string;
}

const types = new Map(
  [
    'Binary',
    'Boolean',
    'Byte',
    'CLSID',
    'Currency',
    'Double',
    'Float',
    'Integer',
    'Long',
    'Object',
    'Short',
    'String',
    'SystemTime',
  ].map((name) => [name.toLowerCase(), name]),
);

const invalid = (id: string): GraphError =>
  new GraphError(
    400,
    'ErrorInvalidExtendedProperty',
    `PropertyId values may only be in one of the following formats: 'MapiPropertyType namespaceGuid Name propertyName', 'MapiPropertyType namespaceGuid Id propertyId' or 'MapiPropertyType propertyTag'. '${id.slice(0, 100)}' is not.`,
  );

const hexOf = (digits: string): string => `0x${parseInt(digits, 16).toString(16)}`;

const namedPattern =
  /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?\s+(?:Name\s+(.+)|Id\s+0x([0-9a-f]{1,8}))$/i;

/** The id in the service's spelling; 400 where it is none. */
export function canonicalPropertyId(text: string): string {
  const [, given = '', rest = ''] = /^\s*([A-Za-z]+)\s+(.+?)\s*$/.exec(text) ?? [];
  const type = types.get(given.toLowerCase());
  const tag = /^0x([0-9a-f]{1,4})$/i.exec(rest)?.[1];
  const named = namedPattern.exec(rest);
  if (type && tag !== undefined) return `${type} ${hexOf(tag)}`;
  if (!type || !named) throw invalid(text);
  const [, guid = '', name, id] = named;
  const last = name === undefined ? `Id ${hexOf(id ?? '0')}` : `Name ${name}`;
  return `${type} {${guid.toLowerCase()}} ${last}`;
}

/** PidTagMessageFlags: 1 read, 8 unsent. Decides at creation whether a message is a draft. */
export const messageFlags = 'Integer 0xe07';
/** PidTagClientSubmitTime */
export const submitTime = 'SystemTime 0x39';
/** PidTagMessageDeliveryTime */
export const deliveryTime = 'SystemTime 0xe06';

/** These are read at creation and derived from the message afterwards: setting them later changes nothing. */
export const derivedProperties: ReadonlySet<string> = new Set([messageFlags, submitTime, deliveryTime]);

/** Parses `singleValueExtendedProperties` of a request. */
export function parseExtendedProperties(input: unknown): ExtendedProperty[] {
  if (input === undefined || input === null) return [];
  if (!Array.isArray(input)) throw invalid('singleValueExtendedProperties');
  return input.map((entry: unknown) => {
    const { id, value } = (entry ?? {}) as { id?: unknown; value?: unknown };
    if (typeof id !== 'string') throw invalid(String(id));
    return { id: canonicalPropertyId(id), value: typeof value === 'string' ? value : String(value ?? '') };
  });
}

/** A property's value as a time; 400 where it is none. */
export function timeOf(property: ExtendedProperty | undefined): number | undefined {
  if (!property) return undefined;
  const time = Date.parse(property.value);
  if (Number.isFinite(time)) return time;
  throw new GraphError(
    400,
    'ErrorPropertyValueInvalid',
    `The value '${property.value.slice(0, 60)}' of property '${property.id}' is not a valid date.`,
  );
}
