/** Registers the service worker and says when a newer version waits. It never takes over by itself: a job may run. */
import { dev } from '$app/environment';
import { Workbox } from 'workbox-window';
import { trustedScriptUrl } from '#lib/platform/trusted-types.ts';

class Update {
  waiting = $state(false);
  /** Everything needed without network is stored. */
  ready = $state(false);
  #workbox: Workbox | null = null;

  async register(): Promise<void> {
    if (dev || !('serviceWorker' in navigator)) return;
    const workbox = new Workbox(trustedScriptUrl('/service-worker.js'), { updateViaCache: 'none' });
    this.#workbox = workbox;
    workbox.addEventListener('waiting', () => (this.waiting = true));
    workbox.addEventListener('controlling', (event) => {
      if (event.isUpdate) location.reload();
    });
    await workbox.register();
    await navigator.serviceWorker.ready;
    this.ready = true;
  }

  /** Lets the waiting version take over; the page reloads when it has. */
  apply(): void {
    this.#workbox?.messageSkipWaiting();
  }
}

export const update = new Update();
