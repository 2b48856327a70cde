/** `EngineApi`: what was left undone in a tenant. */
import type { UnfinishedApi } from './contract/unfinished.ts';
import type { Parts } from './engine.ts';
import { unfinishedWork } from './jobs/unfinished.ts';

export const disconnectCalls = ({ deps }: Parts): UnfinishedApi => ({
  unfinished: () => unfinishedWork(deps),
});
