import { describe, expect, test } from 'vitest';
import { htmlToText, preview, serviceHtml, textToHtml } from '../../../tenant/mail/html.ts';

const hostile = `<HTML><Head><meta charset="windows-1252"><title>t</title><script>alert(1)</script></head><body onload="x()"><p>Hi &amp; <b>bye</b></p>
<a href="javascript:go()">a</a><a href='https://x.example'>b</a><img src=x onerror=alert(2)><iframe src="https://x.example"></iframe><style>p{}</style></body></html>`;

describe('HTML as the service returns it', () => {
  test('has one charset and nothing active', () => {
    const html = serviceHtml(hostile);
    expect(html).not.toMatch(/<script|<iframe|onload|onerror|javascript:|windows-1252/i);
    expect(html).toContain('<style>p{}</style>');
    expect(html).toContain("<a href='https://x.example'>b</a>");
    expect(html.match(/charset=utf-8/g)).toHaveLength(1);
  });

  test('keeps active content for who allows it', () => {
    expect(serviceHtml(hostile, true)).toContain('<script>alert(1)</script>');
  });

  test.each([
    '<p>fragment</p>',
    hostile,
    '<html><body>x</body></html>',
    'plain',
    '<head>',
    '<',
    '<!-- open',
    '<!-- <head> open',
    '<html><!-- open',
    'a\rb\nc\r\n',
  ])('done twice changes nothing more: %j', (html) => {
    expect(serviceHtml(serviceHtml(html))).toBe(serviceHtml(html));
  });

  test('an empty body stays empty', () => {
    expect(serviceHtml('')).toBe('');
  });
});

describe('text', () => {
  test('comes from HTML without its styles and scripts', () => {
    const html =
      '<html><head><style>p{x}</style></head><body><p>One&nbsp;&#8364;</p><p>Two<br>Three</p><!-- no --><script>no</script></body></html>';
    expect(htmlToText(html)).toBe('One €\r\n\r\nTwo\r\nThree');
  });

  test('goes into HTML escaped', () => {
    expect(textToHtml('<b>\nx')).toContain('&lt;b&gt;<br>\r\nx');
  });

  test('previews are at most 255 characters', () => {
    expect(preview({ type: 'text', content: `${'😀'.repeat(400)}` })).toBe('😀'.repeat(255));
    expect(preview({ type: 'html', content: '<p>Hello</p>' })).toBe('Hello');
  });
});
