/**
 * What the service makes of HTML bodies: text for previews, a body without active content, one head with one
 * charset. One pass over the tags; nothing here is a security boundary of any client.
 */

/** Longer bodies are cut before text is made of them. */
const longest = 4 * 1024 * 1024;

interface Tag {
  readonly kind: 'text' | 'open' | 'close' | 'other';
  readonly name: string;
  readonly raw: string;
}

/** Elements whose content is no markup. */
const opaque = new Set(['script', 'style', 'title', 'textarea', 'xmp', 'noframes']);

/** The tag that opens at an offset. An opaque element is one tag with its content and its end. */
function tagAt(html: string, lower: string, open: number): Tag {
  const [, slash = '', name = ''] = /^<(\/?)([a-z][a-z0-9:-]{0,30})/.exec(lower.slice(open, open + 34)) ?? [];
  const closing = lower.startsWith('<!--', open) ? '-->' : '>';
  const after = (mark: string, from: number): number => {
    const found = from < 0 ? -1 : lower.indexOf(mark, from);
    return found < 0 ? html.length : found + mark.length;
  };
  let end = after(closing, open);
  if (slash === '' && opaque.has(name)) end = after('>', lower.indexOf(`</${name}`, end));
  const kind = name === '' ? 'other' : slash ? 'close' : 'open';
  return { kind, name, raw: html.slice(open, end) };
}

/** Splits HTML into text and tags, each character once. */
function* tagsOf(html: string): Generator<Tag> {
  // Not `toLowerCase`, which changes the length of some texts.
  const lower = html.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    const stop = open < 0 ? html.length : open;
    if (stop > at) yield { kind: 'text', name: '', raw: html.slice(at, stop) };
    if (open < 0) return;
    const tag = tagAt(html, lower, open);
    yield tag;
    at = open + tag.raw.length;
  }
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  euro: '€',
  copy: '©',
  reg: '®',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  rsquo: '’',
  lsquo: '‘',
  ldquo: '“',
  rdquo: '”',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  Auml: 'Ä',
  Ouml: 'Ö',
  Uuml: 'Ü',
  szlig: 'ß',
  eacute: 'é',
  egrave: 'è',
};

const codePoint = (value: number, raw: string): string =>
  value > 0 && value <= 0x10ffff ? String.fromCodePoint(value) : raw;

const readEntities = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));?/gi, (raw, decimal, hex, name) => {
    if (decimal) return codePoint(Number(decimal), raw);
    if (hex) return codePoint(parseInt(String(hex), 16), raw);
    return entities[String(name)] ?? raw;
  });

const breaking = new Set(
  'br p div tr li ul ol table h1 h2 h3 h4 h5 h6 blockquote pre hr section article header footer'.split(' '),
);

export function htmlToText(html: string): string {
  let text = '';
  for (const tag of tagsOf(html.slice(0, longest))) {
    if (tag.kind === 'text') text += readEntities(tag.raw).replace(/[ \t\r\n]+/g, ' ');
    else if (tag.name === 'td' && tag.kind === 'close') text += ' ';
    else if (breaking.has(tag.name)) text += '\n';
  }
  const lines = text.split('\n').map((line) => line.trim());
  return lines
    .filter((line, index) => line !== '' || lines[index - 1] !== '')
    .join('\r\n')
    .trim();
}

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** As the service shows plain text to who asks for HTML. */
export const textToHtml = (text: string): string =>
  '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">' +
  '<meta name="Generator" content="Microsoft Exchange Server">\r\n<!-- converted from text -->' +
  '</head>\r\n<body>\r\n<div class="PlainText">' +
  escapeHtml(text).replace(/\r?\n/g, '<br>\r\n') +
  '</div>\r\n</body>\r\n</html>\r\n';

const active = new Set([
  'script',
  'object',
  'embed',
  'applet',
  'iframe',
  'frame',
  'frameset',
  'base',
  'noscript',
]);

/** A tag without event handlers and script addresses. */
const withoutHandlers = (raw: string): string =>
  raw
    .replace(/\son[a-z]{3,30}\s{0,9}=\s{0,9}(?:"[^"]*"|'[^']*'|[^\s>]+)/gi, '')
    .replace(
      /\s(href|src|action|background)\s{0,9}=\s{0,9}(["']?)\s{0,9}(?:javascript|vbscript):[^"'\s>]*\2/gi,
      '',
    );

const isCharset = (tag: Tag): boolean =>
  tag.name === 'meta' && /content-type|charset\s{0,9}=|http-equiv\s{0,9}=\s{0,9}["']?refresh/i.test(tag.raw);

const charsetTag = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">';

/** What is left of a tag; nothing where it is dropped. */
function keptTag(tag: Tag, unsafe: boolean): string {
  if (isCharset(tag)) return '';
  if (unsafe) return tag.raw;
  if (active.has(tag.name)) return '';
  return tag.kind === 'open' ? withoutHandlers(tag.raw) : tag.raw;
}

/** Puts the charset into the head, making head and document where they are missing. */
function withCharset(html: string): string {
  const head = /<head\b[^>]{0,2000}>/i.exec(html) ?? /<html\b[^>]{0,2000}>/i.exec(html);
  if (!head) return `<html><head>${charsetTag}</head><body>${html}</body></html>`;
  const after = head.index + head[0].length;
  const inserted = /^<head/i.test(head[0]) ? charsetTag : `<head>${charsetTag}</head>`;
  // Inside an open comment it is no tag and was not taken out before.
  return html.startsWith(inserted, after) ? html : html.slice(0, after) + inserted + html.slice(after);
}

/**
 * The body as the service stores and returns it: one charset declaration, wrapped into a document, and (unless
 * `Prefer: outlook.allow-unsafe-html`) no active content. Done twice it changes nothing more.
 */
export function serviceHtml(html: string, unsafe = false): string {
  if (html === '') return '';
  let kept = '';
  for (const tag of tagsOf(html)) kept += keptTag(tag, unsafe);
  return crlf(withCharset(kept));
}

export const crlf = (text: string): string => text.replace(/\r\n|\r|\n/g, '\r\n');

/** The first 255 characters of the body's text (Graph, message resource: bodyPreview). */
export function preview(body: { readonly type: 'text' | 'html'; readonly content: string }): string {
  const text =
    body.type === 'html' ? htmlToText(body.content.slice(0, 128 * 1024)) : body.content.slice(0, 8192);
  const compact = crlf(text)
    .replace(/[ \t]+/g, ' ')
    .replace(/(?:\r\n ?){2,}/g, '\r\n\r\n')
    .trim();
  return Array.from(compact.slice(0, 600)).slice(0, 255).join('');
}
