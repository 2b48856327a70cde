/** The commands of a fresh clone, with stand-ins for npm and for what it installs. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const sources = ['web', 'workers', 'edge', 'static'];
const rootFiles = [
  'package.json',
  'package-lock.json',
  'svelte.config.js',
  'vite.config.ts',
  'wrangler.toml',
];

let clone: string;
beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'holdfast-clone-'));
  cpSync(join(root, 'tests/run'), join(clone, 'tests/run'), { recursive: true });
  for (const name of rootFiles) cpSync(join(root, name), join(clone, name));
  for (const name of sources) mkdirSync(join(clone, name));
  put('bin/npm', `#!/bin/sh\necho added 1 package\ncp -R "${clone}/packages" "${clone}/node_modules"\n`);
  put('packages/.package-lock.json', '{}');
  put('packages/tsx/package.json', '{"type":"module","exports":"./index.js"}');
  put(
    'packages/tsx/index.js',
    'console.log(JSON.stringify({ pid: process.pid }));\nsetInterval(() => {}, 1000);\nawait new Promise(() => {});',
  );
  put('packages/playwright/package.json', '{"type":"module","exports":"./index.js"}');
  put('packages/playwright/index.js', 'export const chromium = { executablePath: () => process.execPath };');
  for (const name of ['vite', 'wrangler']) put(`packages/.bin/${name}`, `#!/bin/sh\necho ${name} built it\n`);
  for (const name of ['vitest', 'playwright']) put(`packages/.bin/${name}`, recorder(name));
});
afterEach(() => rmSync(clone, { recursive: true, maxRetries: 5 }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(clone, path)), { recursive: true });
  writeFileSync(join(clone, path), text);
  if (text.startsWith('#!')) chmodSync(join(clone, path), 0o755);
}

/** A test runner that writes down what it was asked for, and reports one passed test. */
const recorder = (name: string): string => `#!/bin/sh
echo "$@" > "${clone}/${name}.asked"
echo '{"numPassedTests":1,"numFailedTests":0,"testResults":[],"stats":{"expected":1,"unexpected":0,"flaky":0}}' \\
  > "${clone}/build/reports/${name}.json"
`;

const command = (name: string, args: string[] = [], env: Record<string, string> = {}): ChildProcess =>
  spawn(process.execPath, [`tests/run/${name}.mjs`, ...args], {
    cwd: clone,
    env: { ...process.env, ...env, PATH: `${join(clone, 'bin')}${delimiter}${process.env.PATH}` },
  });

async function finished(child: ChildProcess): Promise<{ code: number | null; out: string; err: string }> {
  const said = { out: '', err: '' };
  child.stdout?.on('data', (data) => (said.out += String(data)));
  child.stderr?.on('data', (data) => (said.err += String(data)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...said };
}

describe.each(['tenant', 'start', 'bench', 'journey'])('%s', (name) => {
  it('installs what is missing, prints nothing else, and takes its child along when it is ended', async () => {
    const running = command(name);
    const first = await once(running.stdout ?? running, 'data');
    expect(String(first[0])).toMatch(/^\{"pid":\d+\}\n$/);
    const { pid } = JSON.parse(String(first[0])) as { pid: number };
    running.kill('SIGTERM');
    await once(running, 'exit');
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});

describe('start', () => {
  it.each([
    ['a port that is none', [], 'abc'],
    ['a port that the demo could not name in its addresses', [], '0'],
    ['a port out of range', [], '65536'],
    ['an option', ['--help'], '4173'],
  ])('refuses %s before it installs anything', async (_, args, PORT) => {
    const { code, out, err } = await finished(command('start', args, { PORT }));
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('PORT=4200 npm start');
    expect(existsSync(join(clone, 'node_modules'))).toBe(false);
  });
});

describe('test', () => {
  const asked = (name: string): string | undefined =>
    existsSync(join(clone, `${name}.asked`)) ? readFileSync(join(clone, `${name}.asked`), 'utf8') : undefined;

  it('runs both kinds of test and counts them together', async () => {
    const { code, out } = await finished(command('test'));
    expect([code, out.trim().split('\n').at(-1)]).toEqual([0, '2 passed, 0 failed']);
  });

  it('gives a file to the runner that knows it', async () => {
    expect((await finished(command('test', ['tests/e2e/demo.spec.ts']))).code).toBe(0);
    expect(asked('playwright')).toContain('tests/e2e/demo.spec.ts');
    expect(asked('vitest')).toBeUndefined();
    rmSync(join(clone, 'playwright.asked'));
    expect((await finished(command('test', ['tests/unit/edge/app.test.ts']))).code).toBe(0);
    expect(asked('vitest')).toContain('tests/unit/edge/app.test.ts');
    expect(asked('playwright')).toBeUndefined();
  });
});
