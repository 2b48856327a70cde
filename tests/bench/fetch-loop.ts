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

/** An exchange is ready when the one it comes after has been answered; ready ones go in their order. */
const script = `
const { exchanges, tokens, inFlight } = await (await fetch('/bench/exchanges.json')).json();
const waiting = new Map();
const ready = [];
let refused = 0, answered = 0, flying = 0;
exchanges.forEach(({ after }, index) => {
  if (after === undefined) ready.push(index);
  else waiting.set(after, [...(waiting.get(after) ?? []), index]);
});
async function send({ method, url, headers, body, as }) {
  const authorization = 'Bearer ' + tokens[as ?? 'app'];
  const init = { method, headers: { ...headers, authorization }, cache: 'no-store', credentials: 'omit' };
  const answer = await fetch(url, body === null ? init : { ...init, body });
  await answer.arrayBuffer();
  if (!answer.ok) refused++;
}
const startedAt = performance.now();
await new Promise((resolve) => {
  const pump = () => {
    if (answered === exchanges.length) return resolve();
    while (flying < inFlight && ready.length > 0) {
      const index = ready.shift();
      flying++;
      const count = () => refused++;
      void send(exchanges[index]).catch(count).then(() => {
        flying--;
        answered++;
        ready.push(...(waiting.get(index) ?? []));
        pump();
      });
    }
  };
  pump();
});
const ms = performance.now() - startedAt;
await fetch('/bench/done', { method: 'POST', body: JSON.stringify({ ms, refused }) });
`;

/** Milliseconds from the first request to the last byte, in a fresh profile. `tokens`: those of this stage. */
export async function timeFetchLoop(
  stage: BenchStage,
  exchanges: readonly RecordedExchange[],
  inFlight: number,
  tokens: { readonly app: string; readonly person?: string } = { app: stage.token() },
): Promise<number> {
  stage.serve('loop.html', page, 'text/html');
  stage.serve('loop.js', script, 'text/javascript');
  stage.serve('exchanges.json', JSON.stringify({ exchanges, tokens, inFlight }), 'application/json');
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
