/** Deno: `deno run --allow-net --allow-env=PORT,HOLDFAST_ORIGINS,HOLDFAST_RELAY_PATH edge/deno.ts` (edge/README.md). */
import { createApp } from './app.ts';
import { readConfig } from './config.ts';

const env = {
  HOLDFAST_ORIGINS: Deno.env.get('HOLDFAST_ORIGINS'),
  HOLDFAST_RELAY_PATH: Deno.env.get('HOLDFAST_RELAY_PATH'),
};
const app = createApp(readConfig(env, (c) => String(c.env.address)));

Deno.serve({ port: Number(Deno.env.get('PORT') ?? 8787) }, (request, { remoteAddr }) =>
  app.fetch(request, { address: 'hostname' in remoteAddr ? remoteAddr.hostname : 'local' }),
);
