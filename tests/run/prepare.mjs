/** What every command makes sure of first; plain JavaScript, because it runs before anything is installed. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a command of the project with its output on screen; ends the process with its code when it fails. */
export function run(command, args, environment = {}) {
  const done = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

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
  console.log('Installing what is missing …');
  run('npm', ['ci', '--no-audit', '--no-fund']);
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
  console.log('Building the app and the relay …');
  run(bin('vite'), ['build', '--logLevel', 'warn']);
  run(bin('wrangler'), ['deploy', '--dry-run', '--outdir', 'build/edge'], { WRANGLER_SEND_METRICS: 'false' });
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, '');
}

const systemChromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const succeeds = (command, args) => spawnSync(command, args, { stdio: 'inherit' }).status === 0;

/** A Chromium for the tests: Playwright's, the system's, or one installed now; else prints the one missing command. */
export async function ensureChromium() {
  const { chromium } = await import('playwright');
  const found = () =>
    [process.env.CHROMIUM, chromium.executablePath(), ...systemChromium].find(
      (path) => path && existsSync(path),
    );
  if (found()) return;
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing Chromium …');
    if (succeeds('apt-get', ['update', '-qq']) && succeeds('apt-get', ['install', '-y', '-qq', 'chromium']))
      return;
  }
  if (succeeds(bin('playwright'), ['install', 'chromium']) && found()) return;
  console.error('No Chromium was found. Install one with:\n\n  npx playwright install chromium\n');
  process.exit(1);
}

/** Runs TypeScript of this repository in a child process, with its output on screen. */
export function runTypeScript(file, args = process.argv.slice(2)) {
  run(process.execPath, ['--import', 'tsx', join(root, file), ...args], { NODE_NO_WARNINGS: '1' });
}
