/** In real workerd, as `wrangler deploy` would upload it; its way out leads to the simulated tenant. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Miniflare, Response as MiniflareResponse, type Request as MiniflareRequest } from 'miniflare';
import { startTenant, type Tenant } from '../tenant/tenant.ts';
import { describeRelay, type RunningRelay } from './relay.suite.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const origin = 'https://holdfast.example';

describeRelay('workerd', async (): Promise<RunningRelay> => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-relay-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  const wrangler = join(root, 'node_modules/.bin/wrangler');
  const bundle = join(folder, 'bundle');
  execFileSync(wrangler, ['deploy', '--dry-run', '--outdir', bundle, '--assets', folder], {
    cwd: root,
    stdio: 'pipe',
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
  });
  const tenant = await startTenant({ seed: 'empty' });
  const runtime = new Miniflare({
    modules: true,
    script: readFileSync(join(bundle, 'worker.js'), 'utf8'),
    compatibilityDate: compatibilityDate(),
    outboundService: (request: MiniflareRequest) => toTenant(tenant, request),
  });
  await runtime.ready;
  return {
    tenant,
    origin,
    ask: async (path, init = {}) => {
      const answer = await runtime.dispatchFetch(`${origin}${path}`, {
        method: init.method ?? 'GET',
        headers: [...new Headers(init.headers)],
        body: typeof init.body === 'string' ? init.body : null,
      });
      return new Response(await answer.arrayBuffer(), {
        status: answer.status,
        headers: [...answer.headers],
      });
    },
    close: async () => {
      await runtime.dispose();
      await tenant.close();
      rmSync(folder, { recursive: true });
    },
  };
});

const compatibilityDate = (): string =>
  /compatibility_date = "([\d-]+)"/.exec(readFileSync(join(root, 'wrangler.toml'), 'utf8'))?.[1] ?? '';

/** Miniflare has request and response classes of its own. */
async function toTenant(tenant: Tenant, request: MiniflareRequest): Promise<MiniflareResponse> {
  const answer = await tenant.fetch(
    new Request(request.url, {
      method: request.method,
      headers: [...request.headers],
      body: await request.arrayBuffer(),
    }),
  );
  return new MiniflareResponse(await answer.arrayBuffer(), {
    status: answer.status,
    headers: [...answer.headers],
  });
}
