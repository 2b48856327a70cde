/** What a backup of 5,000 mails costs the tab it runs in: long tasks of the page, memory of the engine and of the tab. */
import { prepareBackup } from './backup.ts';
import { note, quantile, report } from './figure.ts';
import { peakMegabytes, renderersOf, resetPeak } from './process-memory.ts';
import { openBenchStage } from './stage.ts';
import { watchHeap } from './worker-heap.ts';

const latencyMs = 80;

export async function responsiveness(): Promise<void> {
  const stage = await openBenchStage({ size: 'large' });
  try {
    const backup = await prepareBackup(stage);
    try {
      await stage.tenant.setLatency(latencyMs);
      const { pid, devtools } = backup.browser;
      const renderers = renderersOf(pid);
      for (const renderer of renderers) resetPeak(renderer);
      const watch = watchHeap(devtools, stage.url);
      const { ms, items, longTasks } = await backup.run(() => watch.start());
      const heap = watch.stop();
      note(`${items} mails in ${(ms / 1000).toFixed(1)} s`);
      const own = (bench: string, ours: number, unit: string) =>
        report({ bench: `responsiveness: ${bench}`, ours, peer: null, theirs: null, unit });
      own('long tasks of the page', longTasks.length, 'tasks over 50 ms');
      own('long tasks of the page, p99', quantile(longTasks, 0.99), 'ms');
      own('long tasks of the page, longest', Math.max(0, ...longTasks), 'ms');
      own('engine heap, highest', heap.usedMegabytes, 'MB');
      own('engine buffers, highest', heap.bufferMegabytes, 'MB');
      own('renderer memory, peak', Math.max(...renderers.map(peakMegabytes)), 'MB');
    } finally {
      await backup.close();
    }
  } finally {
    await stage.close();
  }
}
