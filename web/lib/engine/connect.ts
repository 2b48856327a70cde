/** The one place that starts the engine's worker. */
import * as Comlink from 'comlink';
import type { EngineApi } from '#workers/contract/engine-api.ts';
// oxlint-disable-next-line import/default -- Vite makes the export for `?url`
import workerUrl from '#workers/engine.worker.ts?worker&url';
import { trustedScriptUrl } from '#lib/platform/trusted-types.ts';

export type RemoteEngine = Comlink.Remote<EngineApi>;

export interface EngineConnection {
  readonly api: RemoteEngine;
  /** Resolves when the worker has died; calls under way then never answer. */
  readonly lost: Promise<string>;
  close(): void;
}

export function connectEngine(): EngineConnection {
  const worker = new Worker(trustedScriptUrl(workerUrl), { type: 'module', name: 'engine' });
  const api = Comlink.wrap<EngineApi>(worker);
  const lost = new Promise<string>((resolve) => {
    worker.addEventListener('error', (event) => resolve(event.message || 'the worker could not be started'));
    worker.addEventListener('messageerror', () => resolve('a message could not be read'));
  });
  return {
    api,
    lost,
    close: () => {
      api[Comlink.releaseProxy]();
      worker.terminate();
    },
  };
}
