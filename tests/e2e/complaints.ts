/** What a browser has to complain about: uncaught errors, lines in the console, breaches of the content security policy. */
import type { BrowserContext, Page, Worker } from 'playwright';

/** The browser writes a line for each answer outside 2xx; a probe for something that is not there is no fault. */
const answers = /^Failed to load resource: the server responded with a status of/;

/** Listens to all pages and workers of the context; the list grows as complaints come in. */
export async function complaintsOf(context: BrowserContext): Promise<readonly string[]> {
  const heard: string[] = [];
  context.on('weberror', (error) => heard.push(`uncaught: ${error.error().message}`));
  context.on('console', (message) => {
    const isBreach = /Content Security Policy|TrustedHTML|TrustedScript/i.test(message.text());
    if ((message.type() === 'error' && !answers.test(message.text())) || isBreach)
      heard.push(`${message.type()}: ${message.text()}`);
  });
  await context.exposeBinding('holdfastBreach', (_source, breach: string) => {
    heard.push(`breach: ${breach}`);
  });
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const report = Reflect.get(globalThis, 'holdfastBreach') as (breach: string) => void;
      report(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}`);
    });
  });
  for (const page of context.pages()) listenToWorkers(page);
  context.on('page', listenToWorkers);
  return heard;
}

const listenToWorkers = (page: Page): void => void page.on('worker', (worker) => void listenTo(worker));

/** Browsers print a page's breaches in its console, a worker's nowhere. A worker that ends at once is not heard. */
const listenTo = (worker: Worker): Promise<void> =>
  worker
    .evaluate(() => {
      globalThis.addEventListener('securitypolicyviolation', (event) => {
        const { effectiveDirective, blockedURI } = event as SecurityPolicyViolationEvent;
        console.error(`breach: ${effectiveDirective} ${blockedURI}`);
      });
    })
    .catch(() => undefined);
