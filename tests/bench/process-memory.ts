/** Peak memory of Chromium's renderers, from /proc: Linux only. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** Renderers below this browser process. Throws where there is no /proc. */
export function renderersOf(browser: number): number[] {
  if (process.platform !== 'linux') throw new Error('peak memory is read from /proc, which only Linux has');
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const parent = /^PPid:\s*(\d+)/m.exec(readProc(name, 'status'))?.[1];
    if (parent) parents.set(Number(name), Number(parent));
  }
  const isBelow = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at)) {
      if (at === browser) return true;
    }
    return false;
  };
  return [...parents.keys()].filter(
    (pid) => isBelow(pid) && readProc(String(pid), 'cmdline').includes('--type=renderer'),
  );
}

/** The peak counts from now on (proc(5), clear_refs). */
export const resetPeak = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, '5');

export function peakMegabytes(pid: number): number {
  const kibibytes = /^VmHWM:\s*(\d+) kB/m.exec(readProc(String(pid), 'status'))?.[1];
  return (Number(kibibytes ?? 0) * 1024) / 1_000_000;
}

/** Empty where it is no process, or one that is gone. */
function readProc(pid: string, file: string): string {
  if (!/^\d+$/.test(pid)) return '';
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
