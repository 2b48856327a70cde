/** What the app was installed as: from this device's connection, else from what the app itself declares. */
import type { Profile } from '../contract/check.ts';
import type { Application } from './check-schemas.ts';
import { permissionsOf } from './profiles.ts';

const profiles: readonly Profile[] = ['read-only', 'reference', 'complete'];

/** Null where it declares what no profile asks for: an older version, or somebody changed it by hand. */
export function declaredProfile({ requiredResourceAccess }: Application): Profile | null {
  const declared = requiredResourceAccess.flatMap(({ resourceAccess }) => resourceAccess.map(keyOf));
  return (
    profiles.find((profile) =>
      isSame(
        declared,
        permissionsOf(profile).map((one) => keyOf({ ...one, type: one.kind })),
      ),
    ) ?? null
  );
}

const keyOf = ({ id, type }: { readonly id: string; readonly type: string }): string => `${type} ${id}`;

function isSame(one: readonly string[], other: readonly string[]): boolean {
  const [left, right] = [new Set(one), new Set(other)];
  return left.size === right.size && [...left].every((key) => right.has(key));
}
