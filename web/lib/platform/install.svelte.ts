/** Installing the app. Chromium announces that it can; elsewhere the browser's own menu does it. */

class InstallOffer {
  #event = $state.raw<BeforeInstallPromptEvent | null>(null);

  get available(): boolean {
    return this.#event !== null;
  }

  listen(): void {
    window.addEventListener('beforeinstallprompt', (event) => {
      event.preventDefault();
      this.#event = event;
    });
  }

  async install(): Promise<void> {
    const event = this.#event;
    this.#event = null;
    await event?.prompt();
  }
}

export const installOffer = new InstallOffer();

export const isInstalled = (): boolean => matchMedia('(display-mode: standalone)').matches;
