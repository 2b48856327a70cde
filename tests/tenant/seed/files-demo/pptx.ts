/** A PowerPoint presentation: slides of a title and some lines, on one master. */
import { escape, OFFICE, packageOf, relations, type Part } from './ooxml.ts';

const P = 'http://schemas.openxmlformats.org/presentationml/2006/main';
const A = 'http://schemas.openxmlformats.org/drawingml/2006/main';
const NAMESPACES = `xmlns:a="${A}" xmlns:p="${P}" xmlns:r="${OFFICE}/relationships"`;
const TYPE = 'application/vnd.openxmlformats-officedocument.presentationml';

export interface Slide {
  readonly title: string;
  readonly lines: readonly string[];
}

export function pptx(title: string, author: string, slides: readonly Slide[]): Uint8Array {
  const slideParts = slides.flatMap((slide, index): Part[] => {
    const name = `slide${index + 1}.xml`;
    return [
      { name: `ppt/slides/${name}`, contentType: `${TYPE}.slide+xml`, xml: slideXml(slide) },
      relations(`ppt/slides/_rels/${name}.rels`, [
        { type: 'slideLayout', target: '../slideLayouts/slideLayout1.xml' },
      ]),
    ];
  });
  return packageOf(title, author, [
    presentation(slides.length),
    presentationLinks(slides.length),
    ...slideParts,
    ...designParts,
  ]);
}

function presentation(count: number): Part {
  const ids = Array.from(
    { length: count },
    (_, index) => `<p:sldId id="${256 + index}" r:id="rId${index + 3}"/>`,
  );
  return {
    name: 'ppt/presentation.xml',
    contentType: `${TYPE}.presentation.main+xml`,
    xml:
      `<p:presentation ${NAMESPACES}><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst>` +
      `<p:sldIdLst>${ids.join('')}</p:sldIdLst><p:sldSz cx="12192000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>`,
  };
}

const presentationLinks = (count: number): Part =>
  relations('ppt/_rels/presentation.xml.rels', [
    { type: 'slideMaster', target: 'slideMasters/slideMaster1.xml' },
    { type: 'theme', target: 'theme/theme1.xml' },
    ...Array.from({ length: count }, (_, index) => ({
      type: 'slide',
      target: `slides/slide${index + 1}.xml`,
    })),
  ]);

/** The frame of every slide, layout and master. */
const tree = (shapes: string) =>
  '<p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>' +
  '<p:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>' +
  `${shapes}</p:spTree></p:cSld>`;

const COLOURS = '<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr>';

function slideXml({ title, lines }: Slide): string {
  return `<p:sld ${NAMESPACES}>${tree(shape(TITLE, [title]) + shape(BODY, lines))}${COLOURS}</p:sld>`;
}

interface Box {
  readonly id: number;
  readonly kind: 'title' | 'body';
  readonly top: number;
  readonly height: number;
}

/** Sizes in EMU, 914 400 an inch. */
function shape({ id, kind, top, height }: Box, lines: readonly string[]): string {
  const text = lines.map((line) => `<a:p><a:r><a:rPr lang="en-GB"/><a:t>${escape(line)}</a:t></a:r></a:p>`);
  const placeholder = `<p:ph type="${kind}"${kind === 'body' ? ' idx="1"' : ''}/>`;
  return (
    `<p:sp><p:nvSpPr><p:cNvPr id="${id}" name="${kind} ${id}"/><p:cNvSpPr/><p:nvPr>${placeholder}</p:nvPr></p:nvSpPr>` +
    `<p:spPr><a:xfrm><a:off x="838200" y="${top}"/><a:ext cx="10515600" cy="${height}"/></a:xfrm>` +
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>' +
    `<p:txBody><a:bodyPr/><a:lstStyle/>${text.join('')}</p:txBody></p:sp>`
  );
}

const TITLE: Box = { id: 2, kind: 'title', top: 365125, height: 1325563 };
const BODY: Box = { id: 3, kind: 'body', top: 1825625, height: 4351338 };

const master: Part = {
  name: 'ppt/slideMasters/slideMaster1.xml',
  contentType: `${TYPE}.slideMaster+xml`,
  xml:
    `<p:sldMaster ${NAMESPACES}>${tree(shape(TITLE, ['Title']) + shape(BODY, ['Text']))}` +
    '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3"' +
    ' accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>' +
    '<p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/></p:sldLayoutIdLst></p:sldMaster>',
};

const layout: Part = {
  name: 'ppt/slideLayouts/slideLayout1.xml',
  contentType: `${TYPE}.slideLayout+xml`,
  xml:
    `<p:sldLayout ${NAMESPACES} type="obj">${tree(shape(TITLE, ['Title']) + shape(BODY, ['Text']))}` +
    `${COLOURS}</p:sldLayout>`,
};

const colour = (name: string, rgb: string) => `<a:${name}><a:srgbClr val="${rgb}"/></a:${name}>`;
const font = '<a:latin typeface="Calibri"/><a:ea typeface=""/><a:cs typeface=""/>';
const fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>';

const theme: Part = {
  name: 'ppt/theme/theme1.xml',
  contentType: 'application/vnd.openxmlformats-officedocument.theme+xml',
  xml:
    `<a:theme xmlns:a="${A}" name="Contoso"><a:themeElements><a:clrScheme name="Contoso">` +
    colour('dk1', '000000') +
    colour('lt1', 'FFFFFF') +
    colour('dk2', '1F3864') +
    colour('lt2', 'E7E6E6') +
    ['2F5597', 'C55A11', '7F7F7F', 'BF9000', '2E75B6', '548235']
      .map((rgb, i) => colour(`accent${i + 1}`, rgb))
      .join('') +
    colour('hlink', '0563C1') +
    colour('folHlink', '954F72') +
    `</a:clrScheme><a:fontScheme name="Contoso"><a:majorFont>${font}</a:majorFont><a:minorFont>${font}</a:minorFont></a:fontScheme>` +
    `<a:fmtScheme name="Contoso"><a:fillStyleLst>${fill.repeat(3)}</a:fillStyleLst>` +
    `<a:lnStyleLst>${`<a:ln>${fill}</a:ln>`.repeat(3)}</a:lnStyleLst>` +
    `<a:effectStyleLst>${'<a:effectStyle><a:effectLst/></a:effectStyle>'.repeat(3)}</a:effectStyleLst>` +
    `<a:bgFillStyleLst>${fill.repeat(3)}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>`,
};

const designParts: readonly Part[] = [
  master,
  relations('ppt/slideMasters/_rels/slideMaster1.xml.rels', [
    { type: 'slideLayout', target: '../slideLayouts/slideLayout1.xml' },
    { type: 'theme', target: '../theme/theme1.xml' },
  ]),
  layout,
  relations('ppt/slideLayouts/_rels/slideLayout1.xml.rels', [
    { type: 'slideMaster', target: '../slideMasters/slideMaster1.xml' },
  ]),
  theme,
];
