/** What a mail's HTML may consist of. Everything that is not listed is dropped. */

export const allowedTags = [
  'a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt',
  'em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q rp rt ruby s',
  'samp section small span strike strong sub sup table tbody td tfoot th thead time tr tt u ul var wbr',
].flatMap((line) => line.split(' '));

/** No id, name, class, target, srcset, background, ping, or any on… . */
export const allowedAttributes = [
  'align alt bgcolor border cellpadding cellspacing color colspan dir face height href lang nowrap rowspan size span src',
  'start style summary title valign width',
].flatMap((line) => line.split(' '));

/** Properties that draw, and none that place, layer, animate or fetch. */
const allowedProperties = new Set(
  [
    'background-color border border-bottom border-bottom-color border-bottom-style border-bottom-width border-collapse',
    'border-color border-left border-left-color border-left-style border-left-width border-radius border-right',
    'border-right-color border-right-style border-right-width border-spacing border-style border-top border-top-color',
    'border-top-style border-top-width border-width caption-side clear color direction display empty-cells float font',
    'font-family font-size font-style font-variant font-weight height letter-spacing line-height list-style-type margin',
    'margin-bottom margin-left margin-right margin-top max-height max-width min-height min-width padding padding-bottom',
    'padding-left padding-right padding-top table-layout text-align text-decoration text-decoration-color',
    'text-decoration-line text-decoration-style text-indent text-transform unicode-bidi vertical-align white-space width',
    'word-break word-spacing overflow-wrap',
  ].flatMap((line) => line.split(' ')),
);

const fetching = /url\(|image-set\(|src\(/i;
const dangerous =
  /url\(|image-set\(|src\(|image\(|cross-fade\(|element\(|var\(|env\(|attr\(|expression|javascript|[@\\<>{}]/i;

/**
 * A style attribute with allowed properties and harmless values only. The browser's own parser reads it first, in an
 * inert document, so that comments, escapes and odd spellings are gone before values are judged. `onfetch` is told of
 * each value that would have fetched something.
 */
export function filterStyle(style: string, onfetch: () => void): string {
  const probe = document.implementation.createHTMLDocument('').createElement('span').style;
  probe.cssText = style;
  if (fetching.test(probe.cssText)) onfetch();
  const kept: string[] = [];
  for (const property of probe) {
    const value = probe.getPropertyValue(property);
    if (allowedProperties.has(property) && !dangerous.test(value)) kept.push(`${property}:${value}`);
  }
  return kept.join(';');
}
