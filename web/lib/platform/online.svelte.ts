/** Whether the browser believes it has a network. */

class Online {
  #value = $state(navigator.onLine);

  constructor() {
    window.addEventListener('online', () => (this.#value = true));
    window.addEventListener('offline', () => (this.#value = false));
  }

  get value(): boolean {
    return this.#value;
  }
}

export const online = new Online();
