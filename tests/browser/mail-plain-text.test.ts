/** The words of formatted mail, as a person would read them out. */
import { describe, expect, test } from 'vitest';
import { plainText } from '../../web/lib/text/mail-plain-text.ts';
import { previewMail } from '../../web/lib/text/mail-preview.ts';

const textOf = (html: string) => plainText(previewMail(html, new Map()));

describe('plain text of a formatted mail', () => {
  test.each([
    ['paragraphs stand apart', '<p>One</p><p>Two</p>', 'One\n\nTwo'],
    ['lines end where they end', 'One<br>Two<div>Three</div><div>Four</div>', 'One\nTwo\nThree\nFour'],
    ['two line ends leave a line free', 'One<br><br>Two', 'One\n\nTwo'],
    ['spaces of the source count once', '<p>  One \n  <b>two</b>  three </p>', 'One two three'],
    ['words run on through formatting', 'un<b>break</b>able', 'unbreakable'],
    [
      'lists keep marks and numbers',
      '<ul><li>One</li><li>Two</li></ul><ol><li>A</li><li>B</li></ol>',
      '• One\n• Two\n\n1. A\n2. B',
    ],
    [
      'cells stand beside each other',
      '<table><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>',
      '1\t2\n3\t4',
    ],
    ['what was set line by line stays so', '<pre>a\n  b\n\nc</pre>', 'a\n  b\n\nc'],
    [
      'pictures are told by their words',
      'See <img src="https://t.example/a.png" alt="the plan"> here',
      'See [the plan] here',
    ],
    ['links keep their number', '<a href="https://a.example/">here</a>', 'here[1]'],
    ['a rule is a line of its own', 'One<hr>Two', 'One\n\n---\n\nTwo'],
    ['nothing is nothing', '<div><br></div>', ''],
  ])('%s', (_what, html, text) => {
    expect(textOf(html)).toBe(text);
  });

  test('what the first wall drops is not text', () => {
    expect(textOf('<style>p{}</style><script>alert(1)</script><title>t</title><p>Hello</p>')).toBe('Hello');
  });

  test('a mail of many nested boxes does not break it', () => {
    expect(textOf(`${'<div>'.repeat(20_000)}deep`)).toBe('deep');
  });

  test('nothing is fetched for it', () => {
    const before = performance.getEntriesByType('resource').length;
    textOf(
      '<img src="https://evil.example/a.png"><p style="background:url(https://evil.example/b.png)">x</p>',
    );
    const later = performance.getEntriesByType('resource').slice(before);
    expect(later.filter(({ name }) => name.includes('evil.example'))).toEqual([]);
  });
});
