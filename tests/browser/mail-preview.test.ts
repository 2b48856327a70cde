/**
 * Hostile mail in real Chromium: what DOMPurify lets through, what the frame then does with it, and that nothing leaves
 * the page. Each wall is also tried without the others.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { contentId, previewMail } from '../../web/lib/text/mail-preview.ts';
import { frameHead, trustedFrame, trustedScriptUrl } from '../../web/lib/platform/trusted-types.ts';

const png = 'data:image/png;base64,iVBORw0KGgo=';
const none = new Map<string, string>();
const bodyOf = (html: string, images = none) => previewMail(html, images).document.slice(frameHead.length);

/** Known shapes of attacks on mail readers: script, mutation, clobbering, fetching, framing, styling. */
const vectors: readonly string[] = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<img src=x onerror="alert(1)" style="x">',
  '<svg onload=alert(1)><script>alert(1)</script></svg>',
  '<svg><animate onbegin=alert(1) attributeName=x dur=1s>',
  '<svg><a xlink:href="javascript:alert(1)"><text x="20" y="20">X</text></a></svg>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
  '<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<style><img src="</style><img src=x onerror=alert(1)>"></style>',
  '<title><img src="</title><img src=x onerror=alert(1)>"></title>',
  '<textarea><img src="</textarea><img src=x onerror=alert(1)>"></textarea>',
  '<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>',
  '<iframe src="javascript:alert(1)"></iframe>',
  '<object data="data:text/html,<script>alert(1)</script>"></object>',
  '<embed src="https://evil.example/x.swf">',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="java&#x09;script:alert(1)">x</a>',
  '<a href="&#14;javascript:alert(1)">x</a>',
  '<a href="data:text/html,<script>alert(1)</script>">x</a>',
  '<a href="vbscript:msgbox(1)">x</a>',
  '<a href="//evil.example" ping="https://evil.example/ping">x</a>',
  '<base href="https://evil.example/">',
  '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
  '<link rel="stylesheet" href="https://evil.example/x.css">',
  '<link rel="dns-prefetch" href="//evil.example">',
  '<form action="https://evil.example"><input name=password><button formaction="javascript:alert(1)">x</button></form>',
  '<video poster="https://evil.example/p.png"><source src="https://evil.example/v.mp4" onerror=alert(1)></video>',
  '<audio src="https://evil.example/a.mp3" autoplay></audio>',
  '<picture><source srcset="https://evil.example/a.png"><img src="https://evil.example/b.png"></picture>',
  '<img srcset="https://evil.example/a.png 1x" sizes="100vw">',
  '<img src="data:image/svg+xml,<svg xmlns=http://www.w3.org/2000/svg onload=alert(1)>">',
  '<img src="data:text/html,<script>alert(1)</script>">',
  '<table background="https://evil.example/bg.png"><tr><td>x</td></tr></table>',
  '<div style="background:url(https://evil.example/bg.png)">x</div>',
  '<div style="background:u\\72l(https://evil.example/bg.png)">x</div>',
  '<div style="background:url/**/(https://evil.example/bg.png)">x</div>',
  '<div style="background-image:image-set(\'https://evil.example/a.png\' 1x)">x</div>',
  '<div style="list-style:url(https://evil.example/a.png)">x</div>',
  '<div style="content:url(https://evil.example/a.png);cursor:url(https://evil.example/c.cur),auto">x</div>',
  '<div style="width:expression(alert(1))">x</div>',
  '<div style="behavior:url(#default#time2)">x</div>',
  '<div style="-moz-binding:url(https://evil.example/x.xml#a)">x</div>',
  '<div style="position:fixed;inset:0;z-index:99999;background:#fff">You were signed out</div>',
  '<div style="--x:url(https://evil.example);background:var(--x)">x</div>',
  '<div style="@import url(https://evil.example/x.css)">x</div>',
  '<style>@import "https://evil.example/x.css";body{background:url(https://evil.example)}</style>',
  '<a id="attributes"></a><form id="x"><input name="parentNode"><input name="ownerDocument"></form>',
  '<img name="createElement"><img name="body">',
  '<custom-element onclick=alert(1)></custom-element>',
  '<button is="x-y" popovertarget="p" autofocus onfocus=alert(1)>x</button>',
  '<details open ontoggle=alert(1)>x</details>',
  '<marquee onstart=alert(1)>x</marquee>',
  '<template><script>alert(1)</script></template>',
  '<dialog open onclose=alert(1)>x</dialog>',
  '<select><option onclick=alert(1)></select>',
  '<map name=m><area shape=rect coords=0,0,9,9 href="javascript:alert(1)"></map><img usemap=#m src=x>',
  '<portal src="https://evil.example"></portal>',
  '<xml><x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script></xml>',
  '<?xml-stylesheet href="javascript:alert(1)"?>',
  '<![CDATA[<script>alert(1)</script>]]>',
  '<!--[if IE]><script>alert(1)</script><![endif]-->',
  '<p>\u202e<b onmouseover=alert(1)>txt.exe</b>',
  `${'<div>'.repeat(3000)}<img src=x onerror=alert(1)>`,
  '</body></html><script>alert(1)</script>',
  '"></iframe><script>alert(1)</script>',
];

const forbidden =
  /<(script|style|iframe|object|embed|svg|math|form|input|button|select|textarea|video|audio|source|picture|link|meta|base|template|area|map|portal|dialog|details|title|noscript)\b|\son\w+\s*=|javascript:|vbscript:|srcset|formaction|\sping=|\sid=|\sname=|\sclass=|evil\.example|url\(|expression|position|@import|xlink|data:(?!image\/(png|jpeg|gif|webp);base64)/i;

/** The markup without its text: text may say anything. */
function markup(html: string): string {
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  return [...parsed.body.querySelectorAll('*')]
    .map((element) => (element.cloneNode(false) as Element).outerHTML)
    .join('');
}

describe('the first wall', () => {
  test.each(vectors.map((vector, index) => [index, vector] as const))(
    'vector %d leaves nothing active',
    (_index, vector) => {
      expect(markup(bodyOf(vector))).not.toMatch(forbidden);
    },
  );

  test.each(vectors.map((vector, index) => [index, vector] as const))(
    'vector %d is stable when parsed again',
    (_index, vector) => {
      const once = previewMail(vector, none).document;
      const reparsed = new DOMParser().parseFromString(once, 'text/html');
      expect(markup(reparsed.body.innerHTML)).not.toMatch(forbidden);
    },
  );
});

describe('all walls together', () => {
  const frames: HTMLIFrameElement[] = [];
  afterEach(() => {
    for (const frame of frames.splice(0)) frame.remove();
  });

  async function showFrame(document_: string, sandbox: string): Promise<HTMLIFrameElement> {
    const frame = document.createElement('iframe');
    frame.setAttribute('sandbox', sandbox);
    const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
    frame.srcdoc = document_;
    document.body.append(frame);
    frames.push(frame);
    await loaded;
    return frame;
  }

  test('the frame has no origin of ours: the page cannot look in, it cannot look out', async () => {
    const frame = await showFrame(previewMail('<p>hello</p>', none).document, '');
    expect(frame.contentDocument).toBeNull();
  });

  test('the frame’s own policy alone stops scripts, even where sandbox would allow them', async () => {
    const messages: unknown[] = [];
    const listen = (event: MessageEvent) => messages.push(event.data);
    window.addEventListener('message', listen);
    await showFrame(
      `${frameHead}<body><script>parent.postMessage('out','*')</script></body></html>`,
      'allow-scripts',
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    window.removeEventListener('message', listen);
    expect(messages).not.toContain('out');
  });

  test('no request leaves for any vector', async () => {
    const before = performance.getEntriesByType('resource').length;
    for (const vector of vectors) await showFrame(previewMail(vector, none).document, '');
    const later = performance.getEntriesByType('resource').slice(before);
    expect(later.filter(({ name }) => name.includes('evil.example'))).toEqual([]);
  });
});

describe('pictures', () => {
  test('those of the mail are put in place, by content id in any spelling', () => {
    const images = new Map([['logo@1', png]]);
    const body = bodyOf('<img src="cid:logo%401"><img src="CID:logo@1">', images);
    expect(body.match(/data:image\/png/g)).toHaveLength(2);
  });

  test('an engine that erred cannot place anything but a raster picture', () => {
    const images = new Map([['x', 'data:image/svg+xml;base64,PHN2Zz4=']]);
    expect(bodyOf('<img src="cid:x">', images)).not.toContain('src=');
  });

  test('remote ones are counted, not fetched: tags, styles, backgrounds', () => {
    const html =
      '<img src="https://t.example/a.gif"><img src="http://t.example/b.gif">' +
      '<p style="background:url(https://t.example/c.png)">x</p><table background="https://t.example/d.png"></table>';
    expect(previewMail(html, none).blockedImages).toBe(4);
    expect(bodyOf(html)).not.toContain('t.example');
  });

  test('a missing picture of the mail itself is not a remote one', () => {
    expect(previewMail('<img src="cid:gone">', none).blockedImages).toBe(0);
  });
});

describe('links', () => {
  test('lose their address, get a number, and are listed with the host they really lead to', () => {
    const preview = previewMail(
      '<a href="https://bank.example.evil.test/login">https://bank.example</a>',
      none,
    );
    expect(preview.document).toContain('https://bank.example<sup>[1]</sup>');
    expect(preview.document).not.toContain('href');
    expect(preview.links).toEqual([
      {
        number: 1,
        host: 'bank.example.evil.test',
        address: 'https://bank.example.evil.test/login',
        opens: true,
      },
    ]);
  });

  test('look-alike letters show in the host', () => {
    expect(previewMail('<a href="https://аррle.com/">apple</a>', none).links[0]?.host).toMatch(/^xn--/);
  });

  test('user information does not pass for a host', () => {
    expect(previewMail('<a href="https://bank.example@evil.test/">x</a>', none).links[0]?.host).toBe(
      'evil.test',
    );
  });

  test('http is listed but not opened; a script is neither', () => {
    const { links } = previewMail(
      '<a href="http://a.example">a</a><a href="javascript:alert(1)">b</a>',
      none,
    );
    expect(links.map(({ host, opens }) => [host, opens])).toEqual([['a.example', false]]);
  });

  test('mailto keeps the address and drops headers somebody else wrote', () => {
    const { links } = previewMail('<a href="mailto:a@b.example?bcc=spy@evil.test&body=x">x</a>', none);
    expect(links[0]).toMatchObject({ host: 'a@b.example', address: 'mailto:a@b.example', opens: true });
  });
});

describe('what people sent stays readable', () => {
  test('text, tables, emphasis and harmless styles', () => {
    const body = bodyOf(
      '<h1>Plan</h1><table border="1" cellpadding="4"><tr><td bgcolor="#eee" style="color:red;padding:4px">A &amp; B</td></tr></table><ul><li>é 日本</li></ul>',
    );
    for (const part of [
      '<h1>Plan</h1>',
      'border="1"',
      'bgcolor="#eee"',
      'color:red',
      'A &amp; B',
      '<li>é 日本</li>',
    ]) {
      expect(body).toContain(part);
    }
  });

  test('two mails in a row do not mix', () => {
    previewMail('<a href="https://first.example">1</a>', none);
    expect(previewMail('<a href="https://second.example">2</a>', none).links.map(({ host }) => host)).toEqual(
      ['second.example'],
    );
  });
});

test('a content id in any dress', () => {
  expect(contentId('<a@b>')).toBe('a@b');
  expect(contentId('cid:a%40b')).toBe('a@b');
  expect(contentId('cid:100%')).toBe('100%');
});

describe('the page’s policy', () => {
  test('vouches only for frames with our head', () => {
    expect(() => trustedFrame('<p>x</p>')).toThrow(TypeError);
    expect(() => trustedFrame(`${frameHead}<body></body>`)).not.toThrow();
  });

  test.each([
    'https://evil.example/_app/immutable/workers/engine.worker-1.js',
    '//evil.example/service-worker.js',
    '/_demo/files/service-worker.js',
    '/_app/immutable/workers/../../x.js',
    'data:text/javascript,alert(1)',
    'blob:http://localhost/1',
  ])('does not vouch for the script %s', (address) => {
    expect(() => trustedScriptUrl(address)).toThrow(TypeError);
  });

  test('vouches for the build’s worker and service worker', () => {
    expect(String(trustedScriptUrl('/_app/immutable/workers/engine.worker-AbC_1.js'))).toContain(
      'engine.worker',
    );
    expect(String(trustedScriptUrl('/service-worker.js'))).toBe('/service-worker.js');
  });
});
