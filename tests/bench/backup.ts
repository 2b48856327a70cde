/** One first backup of the fullest mailbox, through the screens of the built app. */
import { number, object, parse, array, type InferOutput } from 'valibot';
import type { Page } from 'playwright';
import { check, choose, figures, install, protect } from '../e2e/journey.ts';
import { openBrowser, type Browser } from './browser.ts';
import type { BenchStage } from './stage.ts';

const admin = 'ada@contoso.example';
const patienceMs = 20 * 60_000;

const reportShape = object({ ms: number(), longTasks: array(number()) });
export type BackupTimes = InferOutput<typeof reportShape>;

export interface Backup extends BackupTimes {
  readonly items: number;
}

export interface ReadyBackup {
  readonly browser: Browser;
  /** Presses Start and waits until the report stands on the page. `meanwhile` is called once the run is going. */
  run(meanwhile?: () => Promise<void>): Promise<Backup>;
  close(): Promise<void>;
}

/** A fresh profile, signed in, app installed, mailbox chosen, repository made, forecast read: one press from the run. */
export async function prepareBackup(stage: BenchStage): Promise<ReadyBackup> {
  await stage.tenant.setLatency(0);
  await stage.tenant.deleteFiles(admin);
  const browser = await openBrowser(stage.tenant.address);
  try {
    await browser.drive(async (page) => {
      await page.goto(stage.url);
      await check(page, admin);
      await install(page, admin, /As the reference page/);
      await choose(page, [admin]);
      await protect(page, 'opfs');
      await page.getByText('Disk needed').waitFor();
    });
  } catch (thrown) {
    await browser.close();
    throw thrown;
  }
  return {
    browser,
    run: (meanwhile) => run(stage, browser, meanwhile),
    close: () => browser.close(),
  };
}

async function run(stage: BenchStage, browser: Browser, meanwhile?: () => Promise<void>): Promise<Backup> {
  const reported = stage.reported(patienceMs);
  await browser.drive(pressStart);
  await meanwhile?.();
  const times = parse(reportShape, await reported);
  const shown = await browser.drive((page) => figures(page));
  if (shown['Failed'] !== '0' || shown['Skipped'] !== '0') {
    throw new Error(`the backup has gaps: ${JSON.stringify(shown)}`);
  }
  return { ...times, items: Number(shown['Stored now']?.replace(/\D/g, '')) };
}

/**
 * The page takes the time itself and reports it, so that nobody has to look at it meanwhile. No function in here has
 * a name: tsx would add calls that the page does not know.
 */
const pressStart = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const longTasks: number[] = [];
    // `self`: of this page's own event loop, as opposed to frames of others.
    new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) if (name === 'self') longTasks.push(duration);
    }).observe({ type: 'longtask' });
    const start = [...document.querySelectorAll('button')].find(({ textContent }) =>
      textContent.trim().startsWith('Start the backup'),
    );
    if (!start) throw new Error('there is no Start on this page');
    const startedAt = performance.now();
    new MutationObserver((_, observer) => {
      const isDone = [...document.querySelectorAll('h2')].some(
        ({ textContent }) => textContent.trim() === 'Coverage',
      );
      if (!isDone) return;
      observer.disconnect();
      const ms = performance.now() - startedAt;
      // Long tasks are told a moment after they have ended.
      setTimeout(() => {
        void fetch('/bench/done', { method: 'POST', body: JSON.stringify({ ms, longTasks }) });
      }, 500);
    }).observe(document.body, { subtree: true, childList: true });
    start.click();
  });
