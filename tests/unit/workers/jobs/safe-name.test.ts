import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPathNames, safeName } from '../../../../workers/jobs/safe-name.ts';

const bytes = (text: string) => new TextEncoder().encode(text).length;

describe('safeName', () => {
  it.each([
    ['report.docx', 'report.docx'],
    ['Ärger über Öl.pdf', 'Ärger über Öl.pdf'],
    ['..', 'unnamed'],
    ['.', 'unnamed'],
    ['', 'unnamed'],
    ['///', 'unnamed'],
    ['a/b', 'a_b'],
    ['a\\b', 'a_b'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['C:x', 'C_x'],
    ['\\\\?\\C:\\x', '____C__x'],
    ['CON', '_CON'],
    ['con.txt', '_con.txt'],
    ['NUL.', '_NUL'],
    ['COM¹', '_COM¹'],
    ['lpt9.tar.gz', '_lpt9.tar.gz'],
    ['trailing. . ', 'trailing'],
    ['  leading', 'leading'],
    ['.htaccess', 'htaccess'],
    ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
    ['a\u200Db\uFEFFc\u2066d', 'abcd'],
    ['nul\u0000byte\nline', 'nulbyteline'],
    ['lone \uD800 surrogate', 'lone _ surrogate'],
    ['%2e%2e%2f', '%2e%2e%2f'],
    ['~$x', '~$x'],
    ['desktop.ini', 'desktop.ini.blocked'],
    ['x.lnk', 'x.lnk.blocked'],
    ['x.URL', 'x.URL.blocked'],
    ['x.scf', 'x.scf.blocked'],
    ['x.local', 'x.local.blocked'],
    ['e\u0301.txt', 'é.txt'],
  ])('makes %j into %j', (name, safe) => {
    expect(safeName(name)).toBe(safe);
  });

  it('keeps the extension of a name that is too long, in units and in bytes', () => {
    const long = safeName(`${'x'.repeat(300)}.pdf`);
    expect(long).toHaveLength(120);
    expect(long.endsWith('x.pdf')).toBe(true);
    const wide = safeName(`${'漢'.repeat(300)}.tar.gz`);
    expect(bytes(wide)).toBeLessThanOrEqual(200);
    expect(wide.endsWith('漢.tar.gz')).toBe(true);
  });

  it('gives a storable name for anything, and leaves its own names alone', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 300 }), (name) => {
        const safe = safeName(name);
        expect(safe).not.toBe('');
        expect(safe).not.toMatch(/[<>:"/\\|?*\p{Cc}\u202a-\u202e]|^[. ]|[. ]$/u);
        expect(safe.length).toBeLessThanOrEqual(120);
        expect(bytes(safe)).toBeLessThanOrEqual(200);
        expect(safe.isWellFormed()).toBe(true);
        expect(safeName(safe)).toBe(safe);
      }),
    );
  });
});

describe('createPathNames', () => {
  it('keeps twins apart that differ by case, composition or sharp s only', () => {
    const paths = createPathNames();
    const made = ['A.txt', 'a.txt', 'É.txt', 'E\u0301.txt', 'straße.txt', 'STRASSE.txt'].map((name) =>
      paths.take(['Inbox'], name),
    );
    expect(made).toEqual([
      'Inbox/A.txt',
      'Inbox/a (2).txt',
      'Inbox/É.txt',
      'Inbox/É (2).txt',
      'Inbox/straße.txt',
      'Inbox/STRASSE (2).txt',
    ]);
  });

  it('never leaves the archive and bounds depth and length', () => {
    const paths = createPathNames();
    const path = paths.take(
      ['..', '/etc', 'C:\\', ...Array.from({ length: 100 }, () => 'd'.repeat(60))],
      '../x',
    );
    expect(path.startsWith('unnamed/_etc/C__/')).toBe(true);
    expect(path.length).toBeLessThanOrEqual(240);
    expect(path.split('/')).not.toContain('..');
  });

  it('stays within its bounds however many twins there are', () => {
    const paths = createPathNames();
    const made = Array.from({ length: 200 }, () => paths.take([], `${'x'.repeat(300)}.eml`));
    expect(new Set(made).size).toBe(200);
    expect(Math.max(...made.map((path) => path.length))).toBeLessThanOrEqual(120);
  });

  it('never gives a file the name of a folder, nor a folder the name of a file', () => {
    const paths = createPathNames();
    expect(paths.take([], 'a?')).toBe('a_');
    expect(paths.take(['A*'], 'x')).toBe('A_ (2)/x');
    expect(paths.take(['A*'], 'y')).toBe('A_ (2)/y');
    expect(paths.take(['b'], 'x')).toBe('b/x');
    expect(paths.take([], 'B')).toBe('B (2)');
  });

  it('gives a hundred thousand twins a name each without counting anew', () => {
    const paths = createPathNames();
    let last = '';
    for (let i = 0; i < 100_000; i++) last = paths.take(['Inbox'], 'Alert.eml');
    expect(last).toBe('Inbox/Alert (100000).eml');
  });
});
