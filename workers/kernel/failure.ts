/**
 * The closed list of what can go wrong in front of an operator. A failure is a plain object because Comlink and
 * structured clone drop the fields of custom errors. Words for people live in `web/lib/engine/failure-copy.ts`.
 */

/** `later`: the same call may succeed in time. `after-user`: a person has to act first. `no`: repeating is pointless. */
export type Retry = 'no' | 'later' | 'after-user';

const codes = {
  'sign-in': [
    'interaction-required',
    'popup-blocked',
    'cancelled-by-user',
    'consent-missing',
    'administrators-consent',
    'token-rejected',
    'tenant-mismatch',
    'other-account',
    'not-administrator',
  ],
  graph: [
    'throttled',
    'unavailable',
    'not-found',
    'forbidden',
    'credential-refused',
    'conflict',
    'locked',
    'resync-required',
    'too-large',
    'quota-exceeded',
    'no-mailbox',
    'no-drive',
    'malware',
    'corrupt-item',
    'bad-request',
    'unexpected-shape',
    'untrusted-link',
    'page-loop',
  ],
  network: ['offline', 'timed-out', 'truncated', 'blocked'],
  relay: [
    'unreachable',
    'refused',
    'entra-refused',
    'app-unknown',
    'app-disabled',
    'certificate-unknown',
    'clock-wrong',
    'policy-blocked',
    'roles-pending',
  ],
  storage: ['full', 'permission-lost', 'folder-gone', 'missing', 'busy', 'io', 'evicted', 'unavailable'],
  vault: [
    'wrong-passphrase',
    'recovery-words',
    'tampered',
    'locked',
    'weak-passphrase',
    'kdf-limits',
    'kdf-unavailable',
  ],
  repository: [
    'not-a-repository',
    'newer-format',
    'corrupt',
    'missing-blob',
    'missing-snapshot',
    'limit',
    'replaced',
    'wrong-tenant',
  ],
  input: ['invalid', 'not-configured', 'not-connected', 'not-eligible', 'no-seat', 'too-many-items'],
  job: ['cancelled', 'paused', 'already-running', 'write-rights-open', 'changed-since-plan', 'worker-lost'],
  defect: ['unexpected'],
} as const;

export type FailureKind = keyof typeof codes;
export type FailureCode = { [K in FailureKind]: `${K}/${(typeof codes)[K][number]}` }[FailureKind];

export interface Failure {
  /** `kind/code`, stable: shown to people, logged, tested. */
  readonly code: FailureCode;
  readonly retry: Retry;
  /** What happened, for the details line: ids, codes and numbers; never tokens, subjects or query strings. */
  readonly detail: string;
  /** Facts a screen may need: bytes needed, scopes missing, request id. */
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
  /** Wait at least this long before trying again, in ms. */
  readonly retryAfterMs?: number;
  readonly cause?: Failure;
}

export interface FailureOptions {
  readonly retry?: Retry;
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
  readonly retryAfterMs?: number;
  readonly cause?: Failure;
}

export const failure = (code: FailureCode, detail: string, options: FailureOptions = {}): Failure => ({
  code,
  detail,
  retry: 'no',
  ...options,
});

export const failureKind = (code: FailureCode): FailureKind => code.split('/', 1)[0] as FailureKind;

export const allFailureCodes: readonly FailureCode[] = Object.entries(codes).flatMap(([kind, names]) =>
  names.map((name) => `${kind}/${name}` as FailureCode),
);

/** A thrown bug, made into a value at the engine's door; the stack stays out of what people see. */
export function defect(thrown: unknown): Failure {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return failure('defect/unexpected', `${error.name}: ${error.message}`);
}
