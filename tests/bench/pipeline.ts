/**
 * How much of a backup's time is Holdfast's own: a first backup of a mailbox of 5,000 mails over a bare `fetch` loop
 * with the same requests, at 80 ms and at no latency. docs/benchmarks.md says what is inside.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareBackup } from './backup.ts';
import { timeFetchLoop } from './fetch-loop.ts';
import { median, note, report } from './figure.ts';
import { countLines, readExchanges, type RecordedExchange } from './recording.ts';
import { openBenchStage, type BenchStage } from './stage.ts';

const rounds = 3;
const latencies = [80, 0];
/** What Outlook works on at once for one app and mailbox, and so what Holdfast asks for at once. */
const inFlight = 4;
/** Requests of the loop that warm the tenant up before anything is timed. */
const warmUp = 1_000;
const loop = 'bare fetch loop, same requests, 4 in flight';

export async function pipeline(): Promise<void> {
  const recorded = await record();
  for (const latencyMs of latencies) {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const times = await timeRound(recorded, latencyMs, round % 2 === 1);
      ours.push(times.ours);
      theirs.push(times.theirs);
      note(
        `${latencyMs} ms, round ${round + 1}: backup ${seconds(times.ours)}, loop ${seconds(times.theirs)}`,
      );
    }
    report({
      bench: `pipeline: wall time at ${latencyMs} ms`,
      ours: median(ours) / 1000,
      peer: loop,
      theirs: median(theirs) / 1000,
      unit: 's',
    });
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** One backup that is not timed: the tenant writes down what is asked of it, and counts. */
async function record(): Promise<RecordedExchange[]> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-log-'));
  const log = join(folder, 'exchanges.jsonl');
  const stage = await openBenchStage({ size: 'large', log });
  try {
    const backup = await prepareBackup(stage);
    try {
      const before = await countLines(log);
      await stage.tenant.resetCounts();
      const { items } = await backup.run();
      await reportCounts(stage, items);
      return await readExchanges(log, before);
    } finally {
      await backup.close();
    }
  } finally {
    await stage.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function reportCounts(stage: BenchStage, items: number): Promise<void> {
  const { exchanges, preflights, totalUnits } = await stage.tenant.counts();
  const figures = { units: totalUnits, 'HTTP exchanges': exchanges, preflights };
  for (const [name, count] of Object.entries(figures)) {
    report({
      bench: `pipeline: ${name} for 1,000 mails`,
      ours: (count / items) * 1000,
      peer: 'one request a mail',
      theirs: 1000,
      unit: name === 'units' ? 'units' : 'requests',
    });
  }
}

/** Both against a tenant that has just been started, in turns first, so that neither always finds it warmer. */
async function timeRound(
  recorded: readonly RecordedExchange[],
  latencyMs: number,
  loopFirst: boolean,
): Promise<{ readonly ours: number; readonly theirs: number }> {
  const stage = await openBenchStage({ size: 'large' });
  const { tenant } = stage;
  try {
    const backup = await prepareBackup(stage);
    try {
      const timeLoop = async () => {
        await tenant.setLatency(latencyMs);
        return timeFetchLoop(stage, recorded, inFlight);
      };
      await timeFetchLoop(stage, recorded.slice(-warmUp), inFlight);
      const before = loopFirst ? await timeLoop() : undefined;
      await tenant.setLatency(latencyMs);
      const { ms, items } = await backup.run();
      if (items < 5_000) throw new Error(`only ${items} mails were backed up`);
      return { ours: ms, theirs: before ?? (await timeLoop()) };
    } finally {
      await backup.close();
    }
  } finally {
    await stage.close();
  }
}
