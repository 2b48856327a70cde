/** Failures on demand: a list of rules, read from a file or set through `/_tenant/faults`. */

export interface FaultRule {
  readonly match: {
    readonly method?: string;
    /** Glob over the shape (`/users/{id}/messages/{id}`) or the path below `/v1.0`: `*` within a segment, `**` across. */
    readonly route?: string;
    /** `graph.microsoft.com`; without it any host. */
    readonly host?: string;
    /** Only the nth matching call, from 1. */
    readonly nth?: number;
    /** Every nth matching call. */
    readonly every?: number;
    /** At most so often. */
    readonly times?: number;
  };
  readonly answer: FaultAnswer;
}

export interface FaultAnswer {
  /** Without a status the call is answered as usual, after `delayMs` and cut at `truncateAt`. */
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly emptyBody?: boolean;
  readonly delayMs?: number;
  /** The connection breaks instead of an answer. */
  readonly reset?: boolean;
  /** The connection breaks after so many bytes of the body. */
  readonly truncateAt?: number;
  /** The call is performed, and then the connection breaks instead of an answer; of a `$batch`, after all its parts. */
  readonly lost?: boolean;
}

export interface FaultScript {
  rules(): readonly (FaultRule & { readonly hits: number })[];
  /** Throws a TypeError naming the first rule that is none. */
  set(rules: unknown): void;
  clear(): void;
  /** The answer of the first rule that hits; counts the call for every rule it matches. */
  next(call: FaultCall): FaultAnswer | undefined;
}

export interface FaultCall {
  readonly host: string;
  readonly method: string;
  readonly route: string;
  readonly path: string;
}

interface Counted {
  readonly rule: FaultRule;
  matched: number;
  hits: number;
}

function globToPattern(glob: string): RegExp {
  const escaped = glob.replace(/[.+^$()|[\]\\{}?]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*\*|\*/g, (star) => (star === '*' ? '[^/]*' : '.*'))}$`, 'i');
}

function matches({ match }: FaultRule, call: FaultCall): boolean {
  if (match.method && match.method.toUpperCase() !== call.method) return false;
  if (match.host && match.host.toLowerCase() !== call.host) return false;
  if (!match.route) return true;
  const pattern = globToPattern(match.route);
  return pattern.test(call.route) || pattern.test(call.path);
}

function isHit({ rule, matched, hits }: Counted): boolean {
  const { nth, every, times } = rule.match;
  if (times !== undefined && hits >= times) return false;
  if (nth !== undefined) return matched === nth;
  return every === undefined || matched % every === 0;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseRules(value: unknown): FaultRule[] {
  const list = Array.isArray(value) ? value : [value];
  return list.map((rule: unknown, index) => {
    if (!isObject(rule) || !isObject(rule['answer']))
      throw new TypeError(`Rule ${index + 1} has no "answer".`);
    const match = rule['match'] ?? {};
    if (!isObject(match)) throw new TypeError(`The "match" of rule ${index + 1} is no object.`);
    return { match, answer: rule['answer'] };
  });
}

export function createFaultScript(): FaultScript {
  let counted: Counted[] = [];
  return {
    rules: () => counted.map(({ rule, hits }) => ({ ...rule, hits })),
    set: (rules) => {
      counted = parseRules(rules).map((rule) => ({ rule, matched: 0, hits: 0 }));
    },
    clear: () => {
      counted = [];
    },
    next: (call) => {
      let answer: FaultAnswer | undefined;
      for (const entry of counted) {
        if (!matches(entry.rule, call)) continue;
        entry.matched += 1;
        if (answer || !isHit(entry)) continue;
        entry.hits += 1;
        answer = entry.rule.answer;
      }
      return answer;
    },
  };
}
