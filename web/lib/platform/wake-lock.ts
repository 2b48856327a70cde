/** Keeps the screen, and with it the computer, awake while a job runs. */

export class WakeLock {
  #sentinel: WakeLockSentinel | null = null;
  #wanted = false;

  /** Best effort: browsers without wake locks, and low batteries, refuse. */
  async hold(): Promise<void> {
    this.#wanted = true;
    document.addEventListener('visibilitychange', this.#reacquire);
    await this.#acquire();
  }

  async release(): Promise<void> {
    this.#wanted = false;
    document.removeEventListener('visibilitychange', this.#reacquire);
    await this.#sentinel?.release().catch(() => undefined);
    this.#sentinel = null;
  }

  /** A hidden tab loses its lock; it comes back with the tab. */
  readonly #reacquire = (): void => {
    if (this.#wanted && document.visibilityState === 'visible') void this.#acquire();
  };

  async #acquire(): Promise<void> {
    this.#sentinel = (await navigator.wakeLock?.request('screen').catch(() => null)) ?? null;
  }
}
