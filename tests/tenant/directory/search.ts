/** `$search` of the directory: `"displayName:ann" AND ("mail:ann" OR "mail:ben")`. */
import { GraphError } from '../graph/context.ts';
import type { Entity } from '../graph/odata.ts';

type Test = (entity: Entity) => boolean;

/** A word of the property starts with the text. */
function startsWord(name: string, text: string): Test {
  const start = text.toLowerCase();
  return (entity) => {
    const value = String(entity[name] ?? '').toLowerCase();
    return value.startsWith(start) || value.split(/\W+/).some((word) => word.startsWith(start));
  };
}

/** Throws 400 `Request_BadRequest` where it is no search: terms are quoted and name a property. */
export function parseSearch(search: string): Test {
  const invalid = (token = '') =>
    new GraphError(
      400,
      'Request_BadRequest',
      `Syntax error: character '${token.charAt(0)}' is not valid at position ${search.indexOf(token)} in '${search}'.`,
    );
  const tokens = search.match(/"[^"]*"|[()]|[^\s()"]+|"/g) ?? [];
  let at = 0;
  const term = (): Test => {
    const token = tokens[at++];
    if (token === '(') {
      const inner = either();
      if (tokens[at++] !== ')') throw invalid(tokens[at - 1]);
      return inner;
    }
    const [, name = '', text = ''] = /^"(\w+):(.*)"$/.exec(token ?? '') ?? [];
    if (name === '') throw invalid(token);
    return startsWord(name, text);
  };
  const both = (): Test => {
    let left = term();
    while (tokens[at] === 'AND') {
      at++;
      const [before, after] = [left, term()];
      left = (entity) => before(entity) && after(entity);
    }
    return left;
  };
  function either(): Test {
    let left = both();
    while (tokens[at] === 'OR') {
      at++;
      const [before, after] = [left, both()];
      left = (entity) => before(entity) || after(entity);
    }
    return left;
  }
  const matches = either();
  if (at < tokens.length) throw invalid(tokens[at]);
  return matches;
}
