/** The peer: a bare `fetch` loop in a worker of the same Chromium, which reads every body and keeps nothing. */
import { number, object, parse } from 'valibot';
import { openBrowser } from './browser.ts';
import type { RecordedExchange } from './recording.ts';
import type { BenchStage } from './stage.ts';

const patienceMs = 20 * 60_000;
const reportShape = object({ ms: number(), refused: number() });

const page = `<!doctype html><title>loop</title><script type="module">
const worker = new Worker('/bench/loop.js', { type: 'module' });
addEventListener('go', () => worker.postMessage('go'));
</script>`;

/** An exchange is ready when the one it comes after has been answered; ready ones go in their order. */
const script = `
const loaded = fetch('/bench/exchanges.json').then((answer) => answer.json());
onmessage = async () => {
  const report = await runOnce(await loaded);
  await fetch('/bench/done', { method: 'POST', body: JSON.stringify(report) });
};
async function runOnce({ exchanges, tokens, inFlight }) {
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
  return { ms: performance.now() - startedAt, refused };
}
`;

export interface FetchLoop {
  /** Milliseconds from the first request to the last byte. Throws where a request was refused. */
  run(): Promise<number>;
  close(): Promise<void>;
}

interface Tokens {
  readonly app: string;
  readonly person?: string;
}

/** In a fresh profile: its first run is cold, the later ones are not. `tokens`: those of this stage. */
export async function openFetchLoop(
  stage: BenchStage,
  exchanges: readonly RecordedExchange[],
  inFlight: number,
  tokens: Tokens,
): Promise<FetchLoop> {
  stage.serve('loop.html', page, 'text/html');
  stage.serve('loop.js', script, 'text/javascript');
  stage.serve('exchanges.json', JSON.stringify({ exchanges, tokens, inFlight }), 'application/json');
  const browser = await openBrowser(stage.tenant.address);
  await browser.drive((tab) => tab.goto(`${stage.url}/bench/loop.html`));
  return {
    close: () => browser.close(),
    run: async () => {
      const reported = stage.reported(patienceMs);
      await browser.drive((tab) => tab.evaluate(() => void dispatchEvent(new Event('go'))));
      const { ms, refused } = parse(reportShape, await reported);
      if (refused > 0) throw new Error(`${refused} of ${exchanges.length} requests of the loop were refused`);
      return ms;
    },
  };
}

/** One cold run, with the backup app's token alone. */
export async function timeFetchLoop(
  stage: BenchStage,
  exchanges: readonly RecordedExchange[],
  inFlight: number,
): Promise<number> {
  const loop = await openFetchLoop(stage, exchanges, inFlight, { app: stage.token() });
  try {
    return await loop.run();
  } finally {
    await loop.close();
  }
}
