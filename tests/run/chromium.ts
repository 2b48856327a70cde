/** Which Chromium the tests drive, and with which flags: the same answer for Vitest, Playwright and the benches. */
import { existsSync } from 'node:fs';
import { chromium as playwrightChromium } from 'playwright';

const places = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Background services would call hosts that a test machine may not reach. */
const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Playwright's own build where it is installed, else a system Chromium; undefined where there is none. */
export function findChromium(): string | undefined {
  const own = playwrightChromium.executablePath();
  return [own, ...places].find((path): path is string => Boolean(path) && existsSync(path ?? ''));
}

export function chromium(extra: readonly string[] = []): { executablePath: string; args: string[] } {
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return { executablePath: findChromium() ?? 'chromium', args: [...quiet, ...root, ...extra] };
}
