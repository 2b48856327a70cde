/** `$filter` as far as clients of the directory and of drives use it: comparisons, startsWith/endsWith, in, any, and/or/not. */
import { GraphError } from './context.ts';
import type { Entity } from './odata.ts';

export interface Filter {
  matches(entity: Entity): boolean;
  /** Uses an operator that the directory only evaluates with `ConsistencyLevel: eventual` and `$count=true`. */
  readonly isAdvanced: boolean;
  /** Every path of the entity that it names. */
  readonly paths: readonly string[];
}

type Test = (entity: Entity) => boolean;

const tokenPattern = /\s*('(?:[^']|'')*'|[(),:]|[^\s(),:']+)/y;

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < text.trimEnd().length) {
    const found = tokenPattern.exec(text);
    if (!found?.[1]) throw invalid();
    tokens.push(found[1]);
  }
  return tokens;
}

const invalid = () => new GraphError(400, 'BadRequest', 'Invalid filter clause.');

function literal(token: string): unknown {
  if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
  if (token === 'true' || token === 'false') return token === 'true';
  if (token === 'null') return null;
  return /^-?\d+(\.\d+)?$/.test(token) ? Number(token) : token;
}

const valueAt = (entity: Entity, path: string): unknown => {
  let value: unknown = entity;
  for (const name of path.split('/')) {
    value = typeof value === 'object' && value !== null ? (value as Entity)[name] : undefined;
  }
  return value ?? null;
};

const lower = (value: unknown) => (typeof value === 'string' ? value.toLowerCase() : value);

function compare(operator: string, left: unknown, right: unknown): boolean {
  const [a, b] = [lower(left), lower(right)];
  if (operator === 'eq') return a === b;
  if (operator === 'ne') return a !== b;
  if (a === null || b === null) return false;
  if (operator === 'gt') return String(a) > String(b);
  if (operator === 'ge') return String(a) >= String(b);
  if (operator === 'lt') return String(a) < String(b);
  return String(a) <= String(b);
}

const operators = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);

/** Recursive descent over the tokens; small enough to be a closure. */
export function parseFilter(text: string): Filter {
  const tokens = tokenize(text);
  let at = 0;
  let isAdvanced = false;
  const paths: string[] = [];
  const variables = new Set<string>();
  const noted = (path: string): string => {
    if (!variables.has(path.split('/')[0] ?? '')) paths.push(path);
    return path;
  };
  const peek = () => tokens[at]?.toLowerCase();
  const take = (expected?: string): string => {
    const token = tokens[at++];
    if (token === undefined || (expected !== undefined && token !== expected)) throw invalid();
    return token;
  };

  const textFunction = (name: string): Test => {
    take('(');
    const path = noted(take());
    take(',');
    const part = String(lower(literal(take())));
    take(')');
    if (name === 'endswith') isAdvanced = true;
    return (entity) => {
      const value = String(lower(valueAt(entity, path)) ?? '');
      return name === 'startswith' ? value.startsWith(part) : value.endsWith(part);
    };
  };

  const list = (path: string): Test => {
    take('(');
    const values: unknown[] = [];
    while (peek() !== ')') {
      values.push(lower(literal(take())));
      if (peek() === ',') take();
    }
    take(')');
    return (entity) => values.includes(lower(valueAt(entity, path)));
  };

  /** `assignedLicenses/any(x:x/skuId eq …)`: the variable's name becomes the root of an entity of its own. */
  const lambda = (path: string): Test => {
    take('(');
    const variable = take();
    noted(path);
    variables.add(variable);
    take(':');
    const inner = either();
    take(')');
    return (entity) => {
      const items = valueAt(entity, path.replace(/\/any$/, ''));
      return Array.isArray(items) && items.some((item: unknown) => inner({ [variable]: item }));
    };
  };

  const term = (): Test => {
    const token = take();
    const name = token.toLowerCase();
    if (token === '(') {
      const inner = either();
      take(')');
      return inner;
    }
    if (name === 'not') {
      isAdvanced = true;
      const inner = term();
      return (entity) => !inner(entity);
    }
    if (name === 'startswith' || name === 'endswith') return textFunction(name);
    if (name.endsWith('/any')) return lambda(token);
    const operator = take().toLowerCase();
    if (operator === 'in') return list(noted(token));
    if (!operators.has(operator)) throw invalid();
    noted(token);
    if (operator === 'ne') isAdvanced = true;
    const value = literal(take());
    return (entity) => compare(operator, valueAt(entity, token), value);
  };

  const both = (): Test => {
    let left = term();
    while (peek() === 'and') {
      take();
      const [before, after] = [left, term()];
      left = (entity) => before(entity) && after(entity);
    }
    return left;
  };

  function either(): Test {
    let left = both();
    while (peek() === 'or') {
      take();
      const [before, after] = [left, both()];
      left = (entity) => before(entity) || after(entity);
    }
    return left;
  }

  const matches = either();
  if (at < tokens.length) throw invalid();
  return { matches, isAdvanced, paths };
}
