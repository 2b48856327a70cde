/** The accounts of a tenant as the engine reads them: a page at a time, each awaited, none after `take` answered `false`. */
import * as Comlink from 'comlink';
import type { AccountView } from '#workers/contract/accounts.ts';
import type { Result } from '#workers/kernel/result.ts';
import type { Engine } from './engine.svelte.ts';

export const readAccounts = (
  engine: Engine,
  tenantId: string,
  take: (page: readonly AccountView[]) => boolean,
): Promise<Result<void>> => engine.call((api) => api.accounts(tenantId, Comlink.proxy(take)));
