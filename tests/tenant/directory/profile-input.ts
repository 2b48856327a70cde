/** What a client changes on a person: looked at as a whole, then written as a whole. */
import { GraphError } from '../graph/context.ts';
import type { Entity } from '../graph/odata.ts';
import { declares } from '../graph/types.ts';
import { badRequest } from './answer.ts';
import type { DirectoryUser } from './store.ts';

/** Lengths in characters: Microsoft Learn, "user resource type". */
const longest: Readonly<Record<string, number>> = {
  displayName: 256,
  givenName: 64,
  surname: 64,
  jobTitle: 128,
  department: 64,
  mobilePhone: 64,
  faxNumber: 64,
  officeLocation: 128,
  companyName: 64,
  streetAddress: 1024,
  city: 128,
  state: 128,
  postalCode: 40,
  country: 128,
  employeeId: 16,
  employeeType: 64,
  preferredLanguage: 64,
  usageLocation: 2,
};
/** How many a list takes; there is one business phone, though it is a list. */
const most: Readonly<Record<string, number>> = { businessPhones: 1, otherMails: 250 };

/** Of an administrator only an administrator changes these (Microsoft Learn, "Update user"). */
const sensitive = ['accountEnabled', 'businessPhones', 'mobilePhone', 'otherMails'];

export const isSensitive = (body: Entity): boolean => sensitive.some((name) => name in body);

const invalid = (name: string) =>
  badRequest(`Invalid value specified for property '${name}' of resource 'User'.`);

function isText(name: string, value: unknown): boolean {
  if (value === null) return name !== 'displayName';
  return typeof value === 'string' && value !== '' && value.length <= (longest[name] ?? 0);
}

const isList = (name: string, value: unknown): boolean =>
  Array.isArray(value) &&
  value.length <= (most[name] ?? 0) &&
  value.every((one) => typeof one === 'string' && one !== '');

/** Known to Graph but not to this tenant is another matter than known to nobody. */
function refuse(name: string): never {
  if (!name.includes('@') && name !== 'id' && declares('users', name))
    throw new GraphError(501, 'NotImplemented', `The simulated tenant does not take '${name}'.`);
  throw badRequest(`Invalid property '${name}'.`);
}

function ruleFor(name: string): ((value: unknown) => boolean) | undefined {
  if (Object.hasOwn(longest, name)) return (value) => isText(name, value);
  if (Object.hasOwn(most, name)) return (value) => isList(name, value);
  return name === 'accountEnabled' ? (value) => typeof value === 'boolean' : undefined;
}

function requireValid(name: string, value: unknown): void {
  const isValid = ruleFor(name) ?? refuse(name);
  if (!isValid(value)) throw invalid(name);
}

/** Throws 400 before anything is written. */
export function writeUser(user: DirectoryUser, body: Entity): void {
  const facts = Object.entries(body).filter(([name]) => name !== '@odata.type');
  for (const [name, value] of facts) requireValid(name, value);
  for (const [name, value] of facts) {
    const target: object = name in user.profile ? user.profile : user;
    Object.assign(target, { [name]: Array.isArray(value) ? [...(value as unknown[])] : value });
  }
}
