/**
 * One pool of requests that Microsoft limits together: a concurrency window that shrinks by half on throttling and
 * grows by one after quiet successes, sliding-window limits, and a fence that holds everything after a 429.
 */
import type { Clock, Random } from '../kernel/clock.ts';
import type { WindowLimit } from './window-limit.ts';

export interface PoolSettings {
  /** Requests in flight at most; the window starts here. */
  readonly inFlight: number;
  readonly units: readonly WindowLimit[];
  readonly bytes: readonly WindowLimit[];
}

/** What one request takes from its pool. */
export interface Share {
  readonly slots: number;
  readonly units: number;
  readonly bytes: number;
}

export interface Wait {
  /** `throttled`: the service asked for it. `limit`: Holdfast stays below a documented limit. */
  readonly reason: 'throttled' | 'limit';
  /** Milliseconds since the epoch. */
  readonly until: number;
}

export type Outcome = 'ok' | 'throttled' | 'overloaded' | 'other';

/** Given back once, with how it went. */
export interface Ticket {
  release(outcome: Outcome, retryAfterMs?: number): void;
}

interface Waiter {
  readonly share: Share;
  readonly resolve: (ticket: Ticket | undefined) => void;
  gone: boolean;
}

const growAfter = 20;
const quietMs = 5_000;
const longestFenceMs = 300_000;
/** Nothing is asked to wait longer; timers could not even count that far (24.8 days). */
const longestAskedMs = 24 * 3_600_000;

export interface PoolDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** Called when `waiting` may have changed, with a new fence where one was set here. */
  readonly changed: (fencedUntil?: number) => void;
}

export class RequestPool {
  readonly #settings: PoolSettings;
  readonly #deps: PoolDeps;
  readonly #queue: Waiter[] = [];
  #window: number;
  #inFlight = 0;
  #successes = 0;
  #throttles = 0;
  #lastCut = -Infinity;
  #fenceUntil = 0;
  #wakeAt = Infinity;
  #waiting: Wait | undefined;

  constructor(settings: PoolSettings, deps: PoolDeps) {
    this.#settings = settings;
    this.#deps = deps;
    this.#window = settings.inFlight;
  }

  /** Undefined when the signal aborted first. */
  admit(share: Share, signal?: AbortSignal): Promise<Ticket | undefined> {
    if (signal?.aborted) return Promise.resolve(undefined);
    const now = this.#deps.clock.now();
    if (this.#queue.length === 0 && !this.#obstacle(share, now))
      return Promise.resolve(this.#take(share, now));
    return this.#wait(share, signal);
  }

  /** Throttling seen inside a batch. Retry-After is honoured; where it is hidden or 0: 5 s, 10 s … 5 min, half of it random. */
  throttled(retryAfterMs?: number, admittedAt = this.#deps.clock.now()): void {
    const { clock, random } = this.#deps;
    if (admittedAt > this.#lastCut) this.#throttles += 1;
    this.#cutWindow(admittedAt);
    const computed = Math.min(longestFenceMs, 5_000 * 2 ** Math.max(0, this.#throttles - 1));
    this.#raiseFence(clock.now() + (retryAfterMs || computed * (0.5 + random.fraction() / 2)), true);
  }

  /** Another tab was told to wait. */
  fence(until: number): void {
    this.#raiseFence(until, false);
  }

  /** Another tab has spent this. */
  spend(units: number): void {
    for (const limit of this.#settings.units) limit.spend(this.#deps.clock.now(), units);
  }

  get waiting(): Wait | undefined {
    return this.#waiting && this.#waiting.until > this.#deps.clock.now() ? this.#waiting : undefined;
  }

  /** Why nothing may start now; `busy` ends with a release. */
  #obstacle(share: Share, now: number): Wait | 'busy' | undefined {
    if (this.#fenceUntil > now) return { reason: 'throttled', until: this.#fenceUntil };
    // A batch larger than a window that has shrunk goes alone.
    if (this.#inFlight > 0 && this.#inFlight + share.slots > this.#window) return 'busy';
    const { units, bytes } = this.#settings;
    let delay = 0;
    for (const limit of units) delay = Math.max(delay, limit.delay(now, share.units));
    for (const limit of bytes) delay = Math.max(delay, limit.delay(now, share.bytes));
    return delay > 0 ? { reason: 'limit', until: now + delay } : undefined;
  }

  #take(share: Share, now: number): Ticket {
    this.#inFlight += share.slots;
    for (const limit of this.#settings.units) limit.spend(now, share.units);
    for (const limit of this.#settings.bytes) limit.spend(now, share.bytes);
    let open = true;
    return {
      release: (outcome, retryAfterMs) => {
        if (!open) return;
        open = false;
        this.#inFlight -= share.slots;
        if (outcome === 'throttled') this.throttled(retryAfterMs, now);
        if (outcome === 'overloaded') this.#cutWindow(now);
        if (outcome === 'ok') this.#grow();
        this.#pump();
      },
    };
  }

  #grow(): void {
    this.#throttles = 0;
    this.#successes += 1;
    const quiet = this.#deps.clock.now() - this.#lastCut >= quietMs;
    if (this.#successes < growAfter || !quiet || this.#window >= this.#settings.inFlight) return;
    this.#window += 1;
    this.#successes = 0;
  }

  /** Requests that were under way when the window was cut do not cut it again. */
  #cutWindow(admittedAt: number): void {
    if (admittedAt <= this.#lastCut) return;
    this.#window = Math.max(1, Math.floor(this.#window / 2));
    this.#lastCut = this.#deps.clock.now();
    this.#successes = 0;
  }

  /** The longest fence wins; they do not add up. */
  #raiseFence(until: number, own: boolean): void {
    const bounded = Math.min(until, this.#deps.clock.now() + longestAskedMs);
    if (bounded <= this.#fenceUntil) return;
    this.#fenceUntil = bounded;
    this.#deps.changed(own ? bounded : undefined);
    this.#pump();
  }

  /** Lets in, in order, who may go, and notes what the next one waits for. */
  #pump(): void {
    const now = this.#deps.clock.now();
    let held: Wait | 'busy' | undefined;
    for (let next = this.#queue[0]; next; next = this.#queue[0]) {
      held = next.gone ? undefined : this.#obstacle(next.share, now);
      if (held) break;
      this.#queue.shift();
      if (!next.gone) next.resolve(this.#take(next.share, now));
    }
    const wait = held === 'busy' ? undefined : held;
    if (wait) this.#wakeUp(wait.until, now);
    if (wait?.until === this.#waiting?.until) return;
    this.#waiting = wait;
    this.#deps.changed();
  }

  #wakeUp(time: number, now: number): void {
    if (this.#wakeAt <= time) return;
    this.#wakeAt = time;
    void this.#pumpAfter(time - now, time);
  }

  async #pumpAfter(ms: number, time: number): Promise<void> {
    await this.#deps.clock.sleep(ms);
    if (this.#wakeAt === time) this.#wakeAt = Infinity;
    this.#pump();
  }

  #wait(share: Share, signal?: AbortSignal): Promise<Ticket | undefined> {
    return new Promise((resolve) => {
      const abort = () => {
        waiter.gone = true;
        resolve(undefined);
        this.#pump();
      };
      const settle = (ticket: Ticket | undefined) => {
        signal?.removeEventListener('abort', abort);
        resolve(ticket);
      };
      const waiter: Waiter = { share, resolve: settle, gone: false };
      signal?.addEventListener('abort', abort);
      this.#queue.push(waiter);
      this.#pump();
    });
  }
}
