/** Ids that must not be mixed up. A brand exists only for the compiler. */
declare const brand: unique symbol;
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** Entra directory (tenant) id, a lower-case GUID. */
export type TenantId = Brand<string, 'TenantId'>;
/** 32 hex digits. */
export type RepositoryId = Brand<string, 'RepositoryId'>;
/** 32 hex digits, random. */
export type SnapshotId = Brand<string, 'SnapshotId'>;
/** 64 hex digits: HMAC-SHA-256 of type and plaintext. */
export type BlobId = Brand<string, 'BlobId'>;

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function parseTenantId(text: string): TenantId | undefined {
  const lower = text.toLowerCase();
  return guid.test(lower) ? (lower as TenantId) : undefined;
}

export const isGuid = (text: string): boolean => guid.test(text.toLowerCase());
