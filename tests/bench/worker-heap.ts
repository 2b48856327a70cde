/** Looks at the engine worker's heap once a second. */
import { attachWorkers, type Devtools } from './devtools.ts';

const everyMs = 1_000;
const megabyte = 1_000_000;

export interface HeapPeak {
  /** Objects of JavaScript, garbage not yet collected among them. */
  readonly usedMegabytes: number;
  /** Contents of array buffers, WebAssembly's memory among them. */
  readonly bufferMegabytes: number;
}

export interface HeapWatch {
  start(): Promise<void>;
  stop(): HeapPeak;
}

/** `stop` throws where nothing could be seen. */
export function watchHeap(devtools: Devtools, origin: string): HeapWatch {
  let timer: NodeJS.Timeout | undefined;
  let used = 0;
  let buffers = 0;
  const look = async (session: string) => {
    const usage = await devtools.send('Runtime.getHeapUsage', {}, session);
    used = Math.max(used, Number(usage['usedSize']));
    buffers = Math.max(buffers, Number(usage['backingStorageSize'] ?? 0));
  };
  return {
    async start() {
      const engine = (await attachWorkers(devtools, origin)).get('engine');
      if (!engine) throw new Error('the engine has no worker');
      await look(engine);
      timer = setInterval(() => void look(engine).catch(() => undefined), everyMs);
    },
    stop() {
      clearInterval(timer);
      if (used === 0) throw new Error('the heap of the engine could not be read');
      return { usedMegabytes: used / megabyte, bufferMegabytes: buffers / megabyte };
    },
  };
}
