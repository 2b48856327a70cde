/**
 * How much of a check's time is Holdfast's own, and what it costs the tab: quick at 200 and 20,000 accounts, full at
 * 200. docs/benchmarks.md says what is inside.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareCheck, type CheckTimes, type Depth } from './check-page.ts';
import { inDependencyOrder } from './check-order.ts';
import { timeFetchLoop } from './fetch-loop.ts';
import { median, note, report } from './figure.ts';
import { countLines, readExchanges, type RecordedExchange } from './recording.ts';
import { openBenchStage } from './stage.ts';

const rounds = 3;
const latencyMs = 80;
/** The most that the full check has under way. */
const inFlight = 4;
const kinds: readonly { readonly depth: Depth; readonly accounts: number }[] = [
  { depth: 'quick', accounts: 200 },
  { depth: 'full', accounts: 200 },
  { depth: 'quick', accounts: 20_000 },
];

export async function check(): Promise<void> {
  for (const { depth, accounts } of kinds) {
    const name = `check: ${depth}, ${accounts} accounts`;
    const recorded = inDependencyOrder(await record(depth, accounts));
    const own = (what: string, ours: number, unit: string) =>
      report({ bench: `${name}: ${what}`, ours, peer: null, theirs: null, unit });
    own('HTTP exchanges with Graph', recorded.length, 'requests');
    const ours: CheckTimes[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const times = await timeRound(depth, accounts, recorded);
      ours.push(times.ours);
      theirs.push(times.theirs);
      note(`${name}, round ${round + 1}: ${times.ours.ms.toFixed(0)} ms, loop ${times.theirs.toFixed(0)} ms`);
    }
    report({
      bench: `${name}: wall time at ${latencyMs} ms`,
      ours: median(ours.map(({ ms }) => ms)),
      peer: 'bare fetch loop, same requests in the order in which one needs another',
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

async function timeRound(
  depth: Depth,
  accounts: number,
  recorded: readonly RecordedExchange[],
): Promise<{ readonly ours: CheckTimes; readonly theirs: number }> {
  const stage = await openBenchStage({ size: 'small', accounts });
  try {
    const ready = await prepareCheck(stage, depth);
    try {
      const tokens = { app: stage.token(), person: ready.token };
      // The tenant is warm for both.
      await timeFetchLoop(stage, recorded, inFlight, tokens);
      await stage.tenant.setLatency(latencyMs);
      const ours = await ready.run();
      return { ours, theirs: await timeFetchLoop(stage, recorded, inFlight, tokens) };
    } finally {
      await ready.close();
    }
  } finally {
    await stage.close();
  }
}
