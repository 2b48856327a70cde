/**
 * How much of a check's time is Holdfast's own, and what it costs the tab: quick at 200 and 20,000 accounts, full at
 * 200. docs/benchmarks.md says what is inside.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareCheck, type CheckTimes, type Depth } from './check-page.ts';
import { inDependencyOrder } from './check-order.ts';
import { openFetchLoop } from './fetch-loop.ts';
import { median, note, report } from './figure.ts';
import { countLines, readExchanges, type RecordedExchange } from './recording.ts';
import { openBenchStage } from './stage.ts';

const latencyMs = 80;
/** The most that the full check has under way. */
const inFlight = 4;
interface Kind {
  readonly depth: Depth;
  readonly accounts: number;
  readonly rounds: number;
}
const kinds: readonly Kind[] = [
  { depth: 'quick', accounts: 200, rounds: 7 },
  // Four in all, one of them not timed: more would need more than the 1,250 drives that SharePoint allows in a minute.
  { depth: 'full', accounts: 200, rounds: 3 },
  { depth: 'quick', accounts: 20_000, rounds: 3 },
];

export async function check(): Promise<void> {
  for (const kind of kinds) {
    const { depth, accounts } = kind;
    const name = `check: ${depth}, ${accounts} accounts`;
    const recorded = inDependencyOrder(await record(depth, accounts));
    const own = (what: string, ours: number, unit: string) =>
      report({ bench: `${name}: ${what}`, ours, peer: null, theirs: null, unit });
    own('HTTP exchanges with Graph', recorded.length, 'requests');
    const { ours, theirs } = await timeBoth(name, kind, recorded);
    report({
      bench: `${name}: wall time at ${latencyMs} ms`,
      ours: median(ours.map(({ ms }) => ms)),
      peer: 'bare fetch loop, same requests in the order in which one needs another, as warm',
      theirs: median(theirs),
      unit: 'ms',
    });
    own('engine heap, highest', Math.max(...ours.map(({ heapMegabytes }) => heapMegabytes)), 'MB');
    own('renderer memory, peak', Math.max(...ours.map(({ rendererMegabytes }) => rendererMegabytes)), 'MB');
  }
}

/** One check that is not timed: the tenant writes down what is asked of it. */
async function record(depth: Depth, accounts: number): Promise<RecordedExchange[]> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-log-'));
  const log = join(folder, 'exchanges.jsonl');
  const stage = await openBenchStage({ size: 'small', accounts, log });
  try {
    const ready = await prepareCheck(stage, depth);
    try {
      const before = await countLines(log);
      await ready.run();
      return await readExchanges(log, before);
    } finally {
      await ready.close();
    }
  } finally {
    await stage.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In turns on one stage, each once untimed before: connections, preflights and code are warm for both. */
async function timeBoth(
  name: string,
  { depth, accounts, rounds }: Kind,
  recorded: readonly RecordedExchange[],
) {
  const stage = await openBenchStage({ size: 'small', accounts });
  try {
    const ready = await prepareCheck(stage, depth);
    await ready.run();
    const tokens = { app: stage.token(), person: ready.token };
    const loop = await openFetchLoop(stage, recorded, inFlight, tokens);
    try {
      await loop.run();
      await stage.tenant.setLatency(latencyMs);
      return await inTurns(`${name}, round`, rounds, [ready.run, loop.run]);
    } finally {
      await loop.close();
      await ready.close();
    }
  } finally {
    await stage.close();
  }
}

/** Neither is always the first of a round. */
async function inTurns(
  name: string,
  rounds: number,
  [check, loop]: readonly [() => Promise<CheckTimes>, () => Promise<number>],
) {
  const ours: CheckTimes[] = [];
  const theirs: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const isLoopFirst = round % 2 === 0;
    if (isLoopFirst) theirs.push(await loop());
    ours.push(await check());
    if (!isLoopFirst) theirs.push(await loop());
    note(`${name} ${round}: ${ours.at(-1)?.ms.toFixed(0)} ms, loop ${theirs.at(-1)?.toFixed(0)} ms`);
  }
  return { ours, theirs };
}
