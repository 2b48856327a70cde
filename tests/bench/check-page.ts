/** The report page, one press from a check: everything that a person does before is done. */
import { setTimeout as sleep } from 'node:timers/promises';
import { number, object, parse } from 'valibot';
import type { Page } from 'playwright';
import { check, install } from '../e2e/journey.ts';
import { openBrowser } from './browser.ts';
import { peakMegabytes, renderersOf, resetPeak } from './process-memory.ts';
import type { BenchStage } from './stage.ts';
import { watchHeap } from './worker-heap.ts';

export type Depth = 'quick' | 'full';

export interface CheckTimes {
  /** From the press until the new report stands on the page. */
  readonly ms: number;
  readonly heapMegabytes: number;
  readonly rendererMegabytes: number;
}

export interface ReadyCheck {
  /** Of who signed in, for Microsoft Graph. */
  readonly token: string;
  run(): Promise<CheckTimes>;
  close(): Promise<void>;
}

const admin = 'ada@contoso.example';
const patienceMs = 10 * 60_000;
const stillSeconds = 3;
const reportShape = object({ ms: number() });
const buttons: Readonly<Record<Depth, string>> = { quick: 'Check again', full: 'Look closer' };

/** Signed in, looked at once; for the full check the app is installed, with the right to read alone. */
export async function prepareCheck(stage: BenchStage, depth: Depth): Promise<ReadyCheck> {
  await stage.tenant.setLatency(0);
  const browser = await openBrowser(stage.tenant.address);
  try {
    const token = await browser.drive((page) => prepare(page, stage.url, depth));
    await quiet(stage);
    return {
      token,
      close: () => browser.close(),
      run: async () => {
        const reported = stage.reported(patienceMs);
        const renderers = renderersOf(browser.pid);
        for (const renderer of renderers) resetPeak(renderer);
        const watch = watchHeap(browser.devtools, stage.url);
        await watch.start();
        await browser.drive((page) => press(page, buttons[depth]));
        const { ms } = parse(reportShape, await reported);
        return {
          ms,
          heapMegabytes: watch.stop().usedMegabytes,
          rendererMegabytes: Math.max(...renderers.map(peakMegabytes)),
        };
      },
    };
  } catch (thrown) {
    await browser.close();
    throw thrown;
  }
}

async function prepare(page: Page, url: string, depth: Depth): Promise<string> {
  let token = '';
  page.context().on('request', (request) => {
    if (new URL(request.url()).hostname !== 'graph.microsoft.com') return;
    token ||= /^Bearer (.+)$/.exec(request.headers()['authorization'] ?? '')?.[1] ?? '';
  });
  await page.goto(url);
  await check(page, admin);
  if (token === '') throw new Error('the check was not seen asking anything');
  if (depth === 'full') {
    await install(page, admin, /Read-only/);
    await page.goBack();
    await page.getByRole('heading', { name: 'What stops a backup' }).waitFor();
  }
  return token;
}

/** The app has begun to check and to list accounts by itself after the installation: none of that is the check's. */
async function quiet({ tenant }: BenchStage): Promise<void> {
  let before = -1;
  for (let still = 0; still < stillSeconds; still += 1) {
    const { exchanges } = await tenant.counts();
    if (exchanges !== before) still = 0;
    before = exchanges;
    await sleep(1_000);
  }
}

/** The page takes the time itself. No function in here has a name: tsx would add calls that the page does not know. */
const press = (page: Page, name: string): Promise<void> =>
  page.evaluate((wanted) => {
    const button = [...document.querySelectorAll('button')].find(
      ({ textContent }) => textContent.trim() === wanted,
    );
    if (!button) throw new Error(`there is no ${wanted} on this page`);
    const startedAt = performance.now();
    new MutationObserver((_, observer) => {
      if (button.getAttribute('aria-busy') !== 'false') return;
      observer.disconnect();
      const ms = performance.now() - startedAt;
      void fetch('/bench/done', { method: 'POST', body: JSON.stringify({ ms }) });
    }).observe(button, { attributes: true, attributeFilter: ['aria-busy'] });
    button.click();
  }, name);
