/** In real Deno; its fetch reaches the simulated tenant under Microsoft's names, through a proxy and with its authority. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startTenant } from '../tenant/tenant.ts';
import { describeRelay, type RunningRelay } from './relay.suite.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const settings = ['PORT', 'HOLDFAST_ORIGINS', 'HOLDFAST_RELAY_PATH'];

describeRelay('Deno', async (): Promise<RunningRelay> => {
  const tenant = await startTenant({ seed: 'empty', port: 0, tls: true });
  if (!tenant.tls) throw new Error('the tenant serves no TLS');
  const args = ['run', '--no-prompt', '--allow-net', `--allow-env=${settings.join()}`, 'edge/deno.ts'];
  const deno = spawn(join(root, 'node_modules/.bin/deno'), args, {
    cwd: root,
    env: {
      ...process.env,
      PORT: '0',
      HTTPS_PROXY: tenant.tls.proxy,
      NO_PROXY: '',
      DENO_CERT: tenant.tls.ca,
      DENO_NO_UPDATE_CHECK: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const port = await new Promise<string>((resolve, reject) => {
    let said = '';
    const listen = (data: Buffer) => {
      said += data.toString();
      const found = /localhost:(\d+)/.exec(said)?.[1] ?? /:(\d+)\//.exec(said)?.[1];
      if (found) resolve(found);
    };
    deno.stdout.on('data', listen);
    deno.stderr.on('data', listen);
    deno.once('exit', (code) => reject(new Error(`Deno ended with ${code}: ${said}`)));
  });
  const origin = `http://localhost:${port}`;
  return {
    tenant,
    origin,
    ask: (path, init) => fetch(`${origin}${path}`, init),
    close: async () => {
      deno.kill();
      await tenant.close();
    },
  };
});
