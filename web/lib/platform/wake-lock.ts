/** Keeps the screen, and with it the computer, awake while a job runs. */

export class WakeLock {
  #sentinel: WakeLockSentinel | null = null;
  #acquiring: Promise<void> | null = null;
  #wanted = false;

  /** Best effort: browsers without wake locks, and low batteries, refuse. However often it is called, one lock is held. */
  async hold(): Promise<void> {
    this.#wanted = true;
    document.addEventListener('visibilitychange', this.#reacquire);
    await this.#acquire();
  }

  async release(): Promise<void> {
    this.#wanted = false;
    document.removeEventListener('visibilitychange', this.#reacquire);
    await this.#acquiring;
    await this.#sentinel?.release().catch(() => undefined);
    this.#sentinel = null;
  }

  /** A hidden tab loses its lock; it comes back with the tab. */
  readonly #reacquire = (): void => {
    if (this.#wanted && document.visibilityState === 'visible') void this.#acquire();
  };

  /** Another lock would replace this one here and never be given back. */
  async #acquire(): Promise<void> {
    if (this.#sentinel && !this.#sentinel.released) return;
    this.#acquiring ??= this.#request();
    await this.#acquiring;
    this.#acquiring = null;
  }

  async #request(): Promise<void> {
    this.#sentinel = (await navigator.wakeLock?.request('screen').catch(() => null)) ?? null;
  }
}
