/**
 * A mail's HTML, made harmless. Three walls at once: DOMPurify with the allow-lists below (string in, string out), a
 * frame without any permission (`sandbox=""`), and the frame's own policy without network (platform/trusted-types.ts),
 * under the page's. No other module may touch a mail's HTML. Links lose their address and are listed beside the frame.
 */
import DOMPurify, { type Config } from 'dompurify';
import { frameHead } from '#lib/platform/trusted-types.ts';
import { allowedAttributes, allowedTags, filterStyle } from './mail-allow-list.ts';

export interface MailLink {
  /** As numbered in the text. */
  readonly number: number;
  /** Host in its ASCII form, so that look-alike letters show; the address for mailto. */
  readonly host: string;
  readonly address: string;
  /** Only https and mailto are offered for opening. */
  readonly opens: boolean;
}

export interface MailPreview {
  /** For an iframe's `srcdoc`, through `trustedFrame`. */
  readonly document: string;
  readonly links: readonly MailLink[];
  /** Pictures on other hosts, none of which was fetched. */
  readonly blockedImages: number;
}

/** Larger mails are cut: sanitising is linear, but a page has to stay responsive. */
const mostCharacters = 2_000_000;
const mostLinks = 500;

const inlineImage = /^data:image\/(png|jpeg|gif|webp);base64,[a-z0-9+/=\s]+$/i;

const config: Config = {
  ALLOWED_TAGS: [...allowedTags],
  ALLOWED_ATTR: [...allowedAttributes],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOW_UNKNOWN_PROTOCOLS: false,
  // DOMPurify holds every attribute against this, not only addresses: the last two parts let plain values pass.
  ALLOWED_URI_REGEXP:
    /^(?:(?:https?|mailto|cid):|data:image\/(?:png|jpeg|gif|webp);base64,|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i,
  KEEP_CONTENT: true,
  // These lose their content too: it is not text for people.
  FORBID_CONTENTS: [
    'style',
    'script',
    'template',
    'noscript',
    'title',
    'xmp',
    'iframe',
    'noembed',
    'noframes',
    'svg',
    'math',
    'object',
    'audio',
    'video',
    'select',
    'textarea',
  ],
  RETURN_DOM: false,
};

/** Styles of the frame: the page's policy, which it inherits, allows style attributes only. */
const bodyStyle =
  'margin:0;padding:16px;background:#fff;color:#1b1f1e;font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere';
const linkStyle = 'color:#0b57d0;text-decoration:underline';

/** `imageByContentId`: pictures of this mail that the engine has checked, as data: addresses. */
export function previewMail(html: string, imageByContentId: ReadonlyMap<string, string>): MailPreview {
  const links: MailLink[] = [];
  let blockedImages = 0;
  DOMPurify.addHook('uponSanitizeAttribute', (_node, data) => {
    if (data.attrName === 'style') data.attrValue = filterStyle(data.attrValue, () => (blockedImages += 1));
    if (data.attrName === 'background') blockedImages += 1;
  });
  DOMPurify.addHook('afterSanitizeAttributes', (node) => {
    if (!(node instanceof Element)) return;
    if (node.nodeName === 'A') disarmLink(node, links);
    if (node.nodeName === 'IMG' && !placeImage(node, imageByContentId)) blockedImages += 1;
  });
  // One instance for all mails: it owns the page's one `dompurify` policy. Sanitising is synchronous, so the hooks
  // never see another mail.
  const clean = DOMPurify.sanitize(html.slice(0, mostCharacters), config);
  DOMPurify.removeAllHooks();
  return { document: frameDocument(clean), links, blockedImages };
}

const frameDocument = (clean: string): string =>
  `${frameHead}<body dir="auto" style="${bodyStyle}">${clean}</body></html>`;

/** The link keeps its words and gets a number; its address leaves the document. */
function disarmLink(node: Element, links: MailLink[]): void {
  const address = node.getAttribute('href');
  node.removeAttribute('href');
  if (!address || links.length >= mostLinks) return;
  const link = describeLink(address, links.length + 1);
  if (!link) return;
  links.push(link);
  node.setAttribute('style', linkStyle);
  const mark = node.ownerDocument.createElement('sup');
  mark.textContent = `[${link.number}]`;
  node.append(mark);
}

function describeLink(address: string, number: number): MailLink | undefined {
  try {
    const url = new URL(address);
    if (url.protocol === 'mailto:') {
      const to = decodeURIComponent(url.pathname);
      return {
        number,
        host: to,
        address: `mailto:${encodeURIComponent(to).replaceAll('%40', '@')}`,
        opens: true,
      };
    }
    return { number, host: url.host, address: url.href, opens: url.protocol === 'https:' };
  } catch {
    return undefined;
  }
}

/** True where the picture may stay: it came with the mail. */
function placeImage(node: Element, imageByContentId: ReadonlyMap<string, string>): boolean {
  const source = node.getAttribute('src') ?? '';
  node.removeAttribute('src');
  const image = source.toLowerCase().startsWith('cid:') ? imageByContentId.get(contentId(source)) : source;
  if (image && inlineImage.test(image)) {
    node.setAttribute('src', image);
    node.setAttribute('style', `${node.getAttribute('style') ?? ''};max-width:100%`);
    return true;
  }
  if (!node.getAttribute('alt')) node.setAttribute('alt', '');
  return source === '' || source.toLowerCase().startsWith('cid:');
}

/** RFC 2392: percent-encoded in the address, in angle brackets in the header. */
export function contentId(text: string): string {
  const bare = text.replace(/^cid:/i, '').replace(/^<|>$/g, '');
  try {
    return decodeURIComponent(bare);
  } catch {
    return bare;
  }
}
