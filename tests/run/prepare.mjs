/** What every command makes sure of first; plain JavaScript, because it runs before anything is installed. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, mkdirSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a command of the project with its output on screen; ends the process with its code when it fails. */
export function run(command, args, options = {}) {
  const done = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    ...options,
  });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

/** Preparations speak on stderr: what a command prints is for the program that reads it. */
const aside = { stdio: ['inherit', 2, 2] };

export const bin = (name) => join(root, 'node_modules', '.bin', name);

export function ensureNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Holdfast needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

export function ensureModules() {
  ensureNode();
  const installed = join(root, 'node_modules/.package-lock.json');
  const wanted = statSync(join(root, 'package-lock.json')).mtimeMs;
  if (existsSync(installed) && statSync(installed).mtimeMs >= wanted) return;
  console.error('Installing what is missing …');
  run('npm', ['ci', '--no-audit', '--no-fund'], aside);
}

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

const sources = [
  'web',
  'workers',
  'edge',
  'static',
  'package-lock.json',
  'svelte.config.js',
  'vite.config.ts',
  'wrangler.toml',
];

/** Builds the app and the relay unless the last build is newer than every source. */
export function ensureBuild() {
  const stamp = join(root, 'build/.built');
  const changed = Math.max(...sources.map((name) => newest(join(root, name))));
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= changed) return;
  console.error('Building the app and the relay …');
  run(bin('vite'), ['build', '--logLevel', 'warn'], aside);
  const env = { ...process.env, WRANGLER_SEND_METRICS: 'false' };
  run(bin('wrangler'), ['deploy', '--dry-run', '--outdir', 'build/edge'], { ...aside, env });
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, '');
}

const systemChromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const succeeds = (command, args) => spawnSync(command, args, aside).status === 0;

/** A Chromium for the tests: Playwright's, the system's, or one installed now; else prints the one missing command. */
export async function ensureChromium() {
  const { chromium } = await import('playwright');
  const found = () =>
    [process.env.CHROMIUM, chromium.executablePath(), ...systemChromium].find(
      (path) => path && existsSync(path),
    );
  if (found()) return;
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.error('Installing Chromium …');
    if (succeeds('apt-get', ['update', '-qq']) && succeeds('apt-get', ['install', '-y', '-qq', 'chromium']))
      return;
  }
  if (succeeds(bin('playwright'), ['install', 'chromium']) && found()) return;
  console.error('No Chromium was found. Install one with:\n\n  npx playwright install chromium\n');
  process.exit(1);
}

/** Runs TypeScript of this repository in a child process that ends with this one, and this one with its code. */
export function runTypeScript(file, args = process.argv.slice(2)) {
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, file), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  });
  // A terminal sends Ctrl-C to both; whoever stops a command by its process id sends it to this one alone.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
