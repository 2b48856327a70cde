/** The peer: a bare `fetch` loop in a worker of the same Chromium, which reads every body and keeps nothing. */
import { number, object, parse } from 'valibot';
import { openBrowser } from './browser.ts';
import type { RecordedExchange } from './recording.ts';
import type { BenchStage } from './stage.ts';

const patienceMs = 20 * 60_000;
const reportShape = object({ ms: number(), refused: number() });

const page = `<!doctype html><title>loop</title><script type="module">
new Worker('/bench/loop.js', { type: 'module' });
</script>`;

const script = `
const { exchanges, token, inFlight } = await (await fetch('/bench/exchanges.json')).json();
const authorization = 'Bearer ' + token;
let next = 0, refused = 0;
async function take() {
  while (next < exchanges.length) {
    const { method, url, headers, body } = exchanges[next++];
    const init = { method, headers: { ...headers, authorization }, cache: 'no-store', credentials: 'omit' };
    const answer = await fetch(url, body === null ? init : { ...init, body });
    await answer.arrayBuffer();
    if (!answer.ok) refused++;
  }
}
const startedAt = performance.now();
await Promise.all(Array.from({ length: inFlight }, take));
const ms = performance.now() - startedAt;
await fetch('/bench/done', { method: 'POST', body: JSON.stringify({ ms, refused }) });
`;

/** Milliseconds from the first request to the last byte, in a fresh profile. */
export async function timeFetchLoop(
  stage: BenchStage,
  exchanges: readonly RecordedExchange[],
  inFlight: number,
): Promise<number> {
  const token = stage.token();
  stage.serve('loop.html', page, 'text/html');
  stage.serve('loop.js', script, 'text/javascript');
  stage.serve('exchanges.json', JSON.stringify({ exchanges, token, inFlight }), 'application/json');
  const reported = stage.reported(patienceMs);
  const browser = await openBrowser(stage.tenant.address, `${stage.url}/bench/loop.html`);
  try {
    const { ms, refused } = parse(reportShape, await reported);
    if (refused > 0) throw new Error(`${refused} of ${exchanges.length} requests of the loop were refused`);
    return ms;
  } finally {
    await browser.close();
  }
}
