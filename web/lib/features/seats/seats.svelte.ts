/** The seats of a tenant, as this device keeps them. */
import type { SeatChange, SeatLedger } from '#workers/contract/accounts.ts';
import type { Failure } from '#workers/kernel/failure.ts';
import type { Engine } from '#lib/engine/engine.svelte.ts';

export class Seats {
  ledger = $state.raw<SeatLedger | null>(null);
  failure = $state.raw<Failure | null>(null);

  readonly #engine: Engine;
  readonly #tenantId: string;

  constructor(engine: Engine, tenantId: string) {
    this.#engine = engine;
    this.#tenantId = tenantId;
  }

  async load(): Promise<void> {
    const result = await this.#engine.call((api) => api.seats(this.#tenantId));
    if (result.ok) this.ledger = result.value;
    this.failure = result.ok ? null : result.error;
  }

  async change(change: SeatChange): Promise<void> {
    const result = await this.#engine.call((api) => api.changeSeats(this.#tenantId, change));
    if (result.ok) this.ledger = result.value;
    this.failure = result.ok ? null : result.error;
  }
}

/** `7 of 10 assigned, 3 free`. */
export function seatWords({ assigned, cap, free }: SeatLedger): string {
  const count = (number: number) => number.toLocaleString();
  return cap === null
    ? `${count(assigned)} assigned, no limit`
    : `${count(assigned)} of ${count(cap)} assigned, ${count(free ?? 0)} free`;
}
