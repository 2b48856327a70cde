/**
 * The part of OData `$filter` that Outlook understands: comparisons, and/or/not, contains/startswith/endswith, and
 * `any` over categories and extended properties.
 */
import { GraphError } from '../graph/context.ts';
import { canonicalPropertyId } from './extended-properties.ts';

/** Reads a path such as `from/emailAddress/address`; `extended:<canonical id>` is a MAPI property. */
export type Reader = (path: string) => unknown;
type Test = (read: Reader) => boolean;

export interface Filter {
  readonly test: Test;
  /** Properties in the order they are named, each once. */
  readonly properties: readonly string[];
  /** Paths that must equal a text for anything to match: an index may be asked for them. */
  readonly mustEqual: ReadonlyMap<string, string>;
}

type Literal = string | number | boolean | null;

const invalid = (text: string): GraphError =>
  new GraphError(
    400,
    'ErrorInvalidUrlQueryFilter',
    `The query filter contains one or more invalid nodes. ${text}`.trim(),
  );

const syntax = (at: string): GraphError =>
  new GraphError(
    400,
    'BadRequest',
    `Invalid filter clause: There was a syntax error near '${at.slice(0, 60)}'.`,
  );

const tokenPattern =
  /\s*(?:('(?:[^']|'')*')|(\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?)|(-?\d+(?:\.\d+)?)|([A-Za-z_@][\w/.@]*)|([(),:]))/y;

interface Token {
  readonly kind: 'text' | 'date' | 'number' | 'name' | 'mark';
  readonly text: string;
}

const kinds = ['text', 'date', 'number', 'name', 'mark'] as const;

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  const trimmed = source.trim();
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < trimmed.length) {
    const at = tokenPattern.lastIndex;
    const match = tokenPattern.exec(trimmed);
    if (!match || tokens.length > 2_000) throw syntax(trimmed.slice(at));
    const index = match.slice(1).findIndex((group) => group !== undefined);
    tokens.push({ kind: kinds[index] ?? 'mark', text: match[index + 1] ?? '' });
  }
  return tokens;
}

/** Dates compare as times, texts without regard to case, as Exchange compares them. */
function comparable(value: unknown, isDate: boolean): Literal {
  if (isDate)
    return typeof value === 'string' || typeof value === 'number' ? new Date(value).getTime() : null;
  if (typeof value === 'string') return value.toLowerCase();
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

const comparisons: Readonly<Record<string, (a: Literal, b: Literal) => boolean>> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  gt: (a, b) => a !== null && b !== null && a > b,
  ge: (a, b) => a !== null && b !== null && a >= b,
  lt: (a, b) => a !== null && b !== null && a < b,
  le: (a, b) => a !== null && b !== null && a <= b,
};

const functions: Readonly<Record<string, (value: string, part: string) => boolean>> = {
  contains: (value, part) => value.includes(part),
  startswith: (value, part) => value.startsWith(part),
  endswith: (value, part) => value.endsWith(part),
};

/** A truth value is compared with true or false, a time with a time. */
function refuseOtherType(path: string, value: Literal, isDate: boolean): void {
  if (value === null) return;
  const found = isDate ? 'DateTimeOffset' : typeof value === 'boolean' ? 'Boolean' : 'String';
  const wanted = /^(is[A-Z]\w*|hasAttachments)$/.test(path)
    ? 'Boolean'
    : path.endsWith('DateTime')
      ? 'DateTimeOffset'
      : found;
  if (found === wanted) return;
  throw new GraphError(
    400,
    'BadRequest',
    `A binary operator with incompatible types was detected. Found operand types 'Edm.${wanted}' and 'Edm.${found}' for operator kind 'Equal'.`,
  );
}

class Parser {
  readonly properties: string[] = [];
  readonly mustEqual = new Map<string, string>();
  private at = 0;
  /** Nothing below `or` or `not` is a must. */
  private optional = 0;
  private readonly tokens: readonly Token[];
  private readonly known: (path: string) => boolean;

  constructor(tokens: readonly Token[], known: (path: string) => boolean) {
    this.tokens = tokens;
    this.known = known;
  }

  parse(): Test {
    const test = this.parseOr();
    if (this.at < this.tokens.length) throw syntax(this.peek()?.text ?? '');
    return test;
  }

  private peek(): Token | undefined {
    return this.tokens[this.at];
  }

  private take(kind: Token['kind'], text?: string): Token {
    const token = this.tokens[this.at++];
    if (!token || token.kind !== kind || (text !== undefined && token.text.toLowerCase() !== text)) {
      throw syntax(token?.text ?? 'the end');
    }
    return token;
  }

  private takeName(name: string): boolean {
    const token = this.peek();
    if (token?.kind !== 'name' || token.text.toLowerCase() !== name) return false;
    this.at++;
    return true;
  }

  private parseOr(): Test {
    const musts = new Map(this.mustEqual);
    const tests = [this.parseAnd()];
    while (this.takeName('or')) tests.push(this.parseAnd());
    if (tests.length === 1 && tests[0]) return tests[0];
    // The alternatives were read as musts before the first `or` was seen: take that back.
    this.mustEqual.clear();
    for (const [path, value] of musts) this.mustEqual.set(path, value);
    return (read) => tests.some((test) => test(read));
  }

  private parseAnd(): Test {
    const tests = [this.parseOne()];
    while (this.takeName('and')) tests.push(this.parseOne());
    return (read) => tests.every((test) => test(read));
  }

  private parseOne(): Test {
    if (this.takeName('not')) {
      this.optional++;
      const test = this.parseOne();
      this.optional--;
      return (read) => !test(read);
    }
    const token = this.peek();
    if (token?.kind === 'mark' && token.text === '(') {
      this.at++;
      const test = this.parseOr();
      this.take('mark', ')');
      return test;
    }
    const path = this.take('name').text;
    const call = functions[path.toLowerCase()];
    if (call) return this.parseCall(call);
    return /\/any$/i.test(path) ? this.parseAny(path.slice(0, -4)) : this.parseComparison(path);
  }

  private parseCall(call: (value: string, part: string) => boolean): Test {
    this.take('mark', '(');
    const path = this.note(this.take('name').text);
    this.take('mark', ',');
    const part = String(this.parseLiteral().value).toLowerCase();
    this.take('mark', ')');
    return (read) => call(String(read(path) ?? '').toLowerCase(), part);
  }

  private parseComparison(raw: string): Test {
    const path = this.note(raw);
    const operator = this.take('name').text.toLowerCase();
    const compare = comparisons[operator];
    if (!compare) throw syntax(operator);
    const { value, isDate } = this.parseLiteral();
    refuseOtherType(path, value, isDate);
    if (operator === 'eq' && typeof value === 'string' && this.optional === 0)
      this.mustEqual.set(path, value);
    const right = comparable(value, isDate);
    return (read) => {
      const found = read(path);
      const numeric =
        typeof right === 'number' && !isDate && typeof found === 'string' ? Number(found) : found;
      return compare(comparable(numeric, isDate), right);
    };
  }

  private parseLiteral(): { value: Literal; isDate: boolean } {
    const token = this.tokens[this.at++];
    if (!token) throw syntax('the end');
    if (token.kind === 'text') return { value: token.text.slice(1, -1).replaceAll("''", "'"), isDate: false };
    if (token.kind === 'date') return { value: token.text, isDate: true };
    if (token.kind === 'number') return { value: Number(token.text), isDate: false };
    if (token.text === 'true' || token.text === 'false')
      return { value: token.text === 'true', isDate: false };
    if (token.text === 'null') return { value: null, isDate: false };
    throw syntax(token.text);
  }

  /** `categories/any(c: c eq 'x')`, `singleValueExtendedProperties/any(ep: ep/id eq '…' and ep/value eq '…')` */
  private parseAny(collection: string): Test {
    this.take('mark', '(');
    const variable = this.take('name').text;
    this.take('mark', ':');
    const inner = new Parser(
      this.untilClosed(),
      (path) => path === variable || path.startsWith(`${variable}/`),
    );
    const test = inner.parse();
    this.note(collection);
    if (collection !== 'singleValueExtendedProperties') {
      return (read) => {
        const list = read(collection);
        return Array.isArray(list) && list.some((element: unknown) => test(() => element));
      };
    }
    const id = inner.mustEqual.get(`${variable}/id`);
    if (id === undefined) throw invalid('An extended property must be named by its id.');
    const canonical = canonicalPropertyId(id);
    const value = inner.mustEqual.get(`${variable}/value`);
    if (value !== undefined && this.optional === 0) this.mustEqual.set(`extended:${canonical}`, value);
    return (read) => {
      const found = read(`extended:${canonical}`);
      return found !== undefined && test((path) => (path === `${variable}/id` ? id : found));
    };
  }

  /** The tokens up to the bracket that closes the one already taken, which is taken too. */
  private untilClosed(): Token[] {
    const start = this.at;
    for (let depth = 1; this.at < this.tokens.length; this.at++) {
      const token = this.peek();
      if (token?.kind !== 'mark') continue;
      if (token.text === '(') depth++;
      if (token.text === ')' && --depth === 0) return this.tokens.slice(start, this.at++);
    }
    throw syntax('the end');
  }

  private note(path: string): string {
    if (!this.known(path)) throw invalid(`The property '${path.slice(0, 80)}' cannot be used in $filter.`);
    if (!this.properties.includes(path)) this.properties.push(path);
    return path;
  }
}

/** 400 where the text is no filter or names what `known` refuses. */
export function parseFilter(text: string, known: (path: string) => boolean): Filter {
  const parser = new Parser(tokensOf(text), known);
  const test = parser.parse();
  return { test, properties: parser.properties, mustEqual: parser.mustEqual };
}
