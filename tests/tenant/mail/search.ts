/**
 * `$search` over messages: the part of Keyword Query Language that clients use. Words without a property are looked for
 * in sender, subject and body. https://learn.microsoft.com/graph/search-query-parameter
 */
import { GraphError } from '../graph/context.ts';
import { hasFiles, type MessageView } from './message-json.ts';
import { htmlToText } from './html.ts';
import type { Address } from './message.ts';

export type Search = (view: MessageView) => boolean;

const people = (list: readonly (Address | null)[]) =>
  list.flatMap((person) => (person ? [`${person.name} ${person.address}`] : []));

const textOf: Readonly<Record<string, (view: MessageView) => readonly string[]>> = {
  subject: ({ content }) => [content.subject],
  body: ({ content: { body } }) => [body.type === 'html' ? htmlToText(body.content) : body.content],
  from: ({ content }) => people([content.from]),
  to: ({ content }) => people(content.to),
  cc: ({ content }) => people(content.cc),
  bcc: ({ content }) => people(content.bcc),
  recipients: ({ content }) => people([...content.to, ...content.cc, ...content.bcc]),
  participants: ({ content }) => people([content.from, ...content.to, ...content.cc, ...content.bcc]),
  attachment: ({ content }) => content.attachments.map(({ name }) => name),
  importance: ({ item, content }) => [item.importance ?? content.importance],
  hasattachment: ({ content }) => [String(hasFiles(content))],
  hasattachments: ({ content }) => [String(hasFiles(content))],
};
const byDefault = ['from', 'subject', 'body'];

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const isSpaced = (text: string) => !/[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/u.test(text);

/** A whole word or phrase; `inv*` begins a word. Scripts without spaces are searched by characters. */
function wordPattern(text: string): RegExp {
  const isPrefix = text.endsWith('*');
  const bare = escaped(isPrefix ? text.slice(0, -1) : text);
  if (!isSpaced(text)) return new RegExp(bare, 'iu');
  return new RegExp(`(?<![\\p{L}\\p{N}])${bare}${isPrefix ? '' : '(?![\\p{L}\\p{N}])'}`, 'iu');
}

const termPattern = /(-|NOT\s+)?(?:(\w+):)?(?:"([^"]*)"|([^\s"]+))/gu;

/** Words that must all be found, unless negated. */
function parseAll(text: string): Search {
  const terms = [...text.replace(/(^|\s)AND(?=\s)/g, ' ').matchAll(termPattern)].map((match): Search => {
    const [, negated, property, phrase, word] = match;
    const readers = (property ? [property.toLowerCase()] : byDefault).flatMap((name) => textOf[name] ?? []);
    const known = readers.length > 0;
    const wanted = phrase ?? word ?? '';
    const pattern = wordPattern(known || !property ? wanted : `${property}:${wanted}`);
    const fields = known ? readers : byDefault.flatMap((name) => textOf[name] ?? []);
    return (view) =>
      fields.some((read) => read(view).some((value) => pattern.test(value))) !== (negated !== undefined);
  });
  return (view) => terms.every((term) => term(view));
}

/** 400 where the text does not stand in quotes. */
export function parseSearch(text: string): Search {
  const inside = /^\s*"((?:[^"\\]|\\.)*)"\s*$/s.exec(text)?.[1]?.replace(/\\(.)/g, '$1');
  if (inside === undefined || inside.trim() === '') {
    throw new GraphError(
      400,
      'BadRequest',
      `Syntax error: character '${text.slice(0, 1)}' is not valid at position 0 in '${text.slice(0, 80)}'.`,
    );
  }
  const alternatives = inside.split(/\s+OR\s+/).map(parseAll);
  return (view) => alternatives.some((one) => one(view));
}
