/**
 * A Chromium of its own with a fresh profile. Playwright drives it over a port and is let go of while something is
 * measured, because it listens to every request; what has to be asked meanwhile goes through a pipe.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium as browserType, type Page } from 'playwright';
import { chromium } from '../run/chromium.ts';
import { openDevtools, type Devtools } from './devtools.ts';
import type { TenantAddress } from './tenant-process.ts';

const hosts = ['login.microsoftonline.com', 'graph.microsoft.com', 'outlook.office.com', '*.sharepoint.com'];

/** What Playwright would have set: popups without asking, and no rest for what is not looked at. */
const driven = [
  '--headless=new',
  '--disable-popup-blocking',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--window-size=1280,900',
  '--remote-debugging-port=0',
  '--remote-debugging-pipe',
];

export interface Browser {
  readonly pid: number;
  readonly devtools: Devtools;
  /** Works on the first tab with Playwright, which is gone again afterwards. */
  drive<T>(work: (page: Page) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export async function openBrowser(tenant: TenantAddress, url = 'about:blank'): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  const rules = hosts.map((host) => `MAP ${host}:443 127.0.0.1:${tenant.port}`).join(', ');
  const { executablePath, args } = chromium([
    ...driven,
    `--host-resolver-rules=${rules}`,
    `--ignore-certificate-errors-spki-list=${tenant.spki}`,
    `--user-data-dir=${profile}`,
    url,
  ]);
  const child = spawn(executablePath, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  process.once('exit', () => child.kill());
  const endpoint = await devtoolsEndpoint(child, exited);
  const devtools = openDevtools(child);
  return {
    pid: child.pid ?? 0,
    devtools,
    drive: (work) => drive(endpoint, work),
    close: async () => {
      await devtools.send('Browser.close');
      await exited;
      // Chromium's other processes write for a moment longer.
      await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

async function devtoolsEndpoint(child: ChildProcess, exited: Promise<unknown>): Promise<string> {
  if (!child.stderr) throw new Error('Chromium was started without its messages');
  const said: string[] = [];
  const lines = createInterface(child.stderr);
  const found = new Promise<string>((resolve) => {
    lines.on('line', (line) => {
      said.push(line);
      const endpoint = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
      if (endpoint) resolve(endpoint);
    });
  });
  const gone = exited.then(() => Promise.reject(new Error(`Chromium did not start:\n${said.join('\n')}`)));
  return Promise.race([found, gone]);
}

async function drive<T>(endpoint: string, work: (page: Page) => Promise<T>): Promise<T> {
  const browser = await browserType.connectOverCDP(endpoint);
  try {
    const [context] = browser.contexts();
    const page = context?.pages()[0];
    if (!page) throw new Error('Chromium has no tab');
    page.setDefaultTimeout(60_000);
    return await work(page);
  } finally {
    // Of a connection over the port this only ends the connection.
    await browser.close();
  }
}
