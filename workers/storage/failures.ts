/** What browsers throw at storage, as failures. */
import { failure, type Failure } from '../kernel/failure.ts';

const nameOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.name : 'unknown error');

/** DOMException names: File API, File System and IndexedDB specifications. */
const byName: Readonly<Record<string, Pick<Failure, 'code' | 'retry'>>> = {
  QuotaExceededError: { code: 'storage/full', retry: 'after-user' },
  NotAllowedError: { code: 'storage/permission-lost', retry: 'after-user' },
  SecurityError: { code: 'storage/permission-lost', retry: 'after-user' },
  NotFoundError: { code: 'storage/missing', retry: 'no' },
  NoModificationAllowedError: { code: 'storage/busy', retry: 'later' },
  InvalidModificationError: { code: 'storage/busy', retry: 'later' },
  NotReadableError: { code: 'storage/busy', retry: 'later' },
  TypeMismatchError: { code: 'storage/io', retry: 'no' },
};

/** The failure behind something thrown while working on a file. */
export function storageFailure(thrown: unknown, name: string): Failure {
  const error = nameOf(thrown);
  const { code, retry } = byName[error] ?? { code: 'storage/io' as const, retry: 'later' as const };
  return failure(code, `${name}: ${error}`, { retry });
}

export const missingFile = (name: string): Failure => failure('storage/missing', name);
export const fileExists = (name: string): Failure => failure('storage/busy', `${name} exists`);
export const refusedFile = (name: string): Failure => failure('storage/io', `${name}: refused`);
