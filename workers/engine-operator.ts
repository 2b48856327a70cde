/** `EngineApi`: the operator's own app and the tenants that have consented to it. */
import type { OperatorApi } from './contract/operator.ts';
import type { Parts } from './engine.ts';
import { connectOperator, operatorKeyEnds, prepareOperator } from './jobs/operator.ts';

export function operatorCalls({ tenants, deps }: Parts): OperatorApi {
  const parts = { tenants, locks: deps.locks };
  return {
    operatorKey: () => operatorKeyEnds(parts),
    prepareOperatorApp: (listener) => prepareOperator(parts, listener),
    connectOperatorApp: (tenantId) => connectOperator(tenantId, parts),
  };
}
