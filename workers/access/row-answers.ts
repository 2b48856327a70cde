/** Required, granted, in the token: what can be answered of a permission, and from what. */
import type { Answer } from '../contract/check.ts';
import type { Observations } from './observations.ts';
import type { Permission } from './permissions.ts';

export type Seen = Pick<
  Observations,
  'app' | 'principal' | 'services' | 'registratorScopes' | 'signedIn' | 'token' | 'profile'
>;
export const yesOrNo = (is: boolean): Answer => (is ? 'yes' : 'no');

/** Of Graph's roles a token of the app tells; no token is asked for of Exchange, and scopes stand in a person's. */
export function tokenAnswer({ resource, value, kind }: Permission, { token }: Pick<Seen, 'token'>): Answer {
  if (kind === 'Scope' || resource !== 'graph' || !token?.ok) return 'unknown';
  return yesOrNo(token.value.includes(value));
}
