import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [sveltekit()],
  worker: { format: 'es' },
  define: {
    // web/csp.js is read by the build and bundled into the service worker.
    'process.env.HOLDFAST_RELAY_ORIGIN': JSON.stringify(process.env.HOLDFAST_RELAY_ORIGIN ?? ''),
  },
  build: { target: 'es2022' },
});
