/** What `npm start` serves, and a Chromium with a profile of its own that knows nothing of certificates or host names. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium as browserType, type BrowserContext, type Page } from 'playwright';
import { chromium } from '../run/chromium.ts';
import { startDemoServer, type DemoServer } from '../run/demo-server.ts';

export interface DemoStage {
  readonly demo: DemoServer;
  readonly context: BrowserContext;
  readonly page: Page;
  close(): Promise<void>;
}

/** Each worker of the runner has its own. */
const port = 4180 + Number(process.env.TEST_PARALLEL_INDEX ?? 0);

export async function openDemo(): Promise<DemoStage> {
  const demo = await startDemoServer(port);
  const profile = mkdtempSync(join(tmpdir(), 'holdfast-profile-'));
  const context = await browserType.launchPersistentContext(profile, {
    ...chromium(),
    headless: true,
    viewport: { width: 1280, height: 900 },
  });
  context.setDefaultTimeout(20_000);
  return {
    demo,
    context,
    page: context.pages()[0] ?? (await context.newPage()),
    close: async () => {
      await context.close();
      await demo.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
