/// <reference lib="webworker" />
/**
 * Everything that opening, reading and exporting a backup needs, without network: the build, the static files and the
 * one page. Nothing of a tenant, of Microsoft's or of the relay is ever cached. A new version waits until the page
 * lets it take over, because a job may be running.
 */
import { build, files, prerendered, version } from '$service-worker';
import { addPlugins, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { workerPolicy } from './csp.js';

declare const self: ServiceWorkerGlobalScope;

const configCache = 'holdfast-config';
const notForPages = /^\/(_headers|robots\.txt|config\.json)$/;

/** Named by content: their address is their revision. */
const hashed = (url: string): boolean => url.includes('/immutable/');

/** A worker is bound by its own response's policy, not by the page's: hosts that cannot send headers get it here. */
addPlugins([
  {
    handlerWillRespond: async ({ request, response }) => {
      if (!new URL(request.url).pathname.includes('/immutable/workers/')) return response;
      const headers = new Headers(response.headers);
      headers.set('Content-Security-Policy', workerPolicy);
      return new Response(response.body, { status: response.status, headers });
    },
  },
]);

precacheAndRoute(
  [...build, ...files.filter((file) => !notForPages.test(file)), ...prerendered, '/index.html'].map(
    (url) => ({
      url,
      revision: hashed(url) ? null : version,
    }),
  ),
  { cleanURLs: false, directoryIndex: null },
);

/** Only addresses of the app: a demo tenant or a relay may live on the same origin. */
const appRoutes = /^\/($|(setup|sign-in|report|choose|protect|run|backups|restore|activity|settings)(\/|$))/;
registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { allowlist: [appRoutes] }));

registerRoute(
  ({ url }) => url.origin === self.location.origin && url.pathname === '/config.json',
  async ({ request }) => {
    const cache = await caches.open(configCache);
    try {
      const fresh = await fetch(request);
      if (fresh.ok) await cache.put('/config.json', fresh.clone());
      return fresh;
    } catch {
      return (await cache.match('/config.json')) ?? Response.error();
    }
  },
);

self.addEventListener('message', (event) => {
  const data: unknown = event.data;
  if (typeof data === 'object' && data !== null && 'type' in data && data.type === 'SKIP_WAITING') {
    void self.skipWaiting();
  }
});
