/** `npm run tenant`: the tenant alone. Prints one JSON line when it is ready, and stays until it is told to stop. */
import { parseArgs } from 'node:util';
import type { Size } from './seed/demo.ts';
import { NoSeedFolder } from './seed/folder.ts';
import { startTenant, type TenantOptions } from './tenant.ts';

const usage = `npm run tenant -- [--port N] [--tls] [--seed DIR] [--size small|large|huge] [--accounts N]
                  [--latency MS] [--faults FILE] [--log FILE] [--redirect URL]… [--no-limits]`;

function readAccounts(given: string | undefined, seed: string | undefined): { accounts?: number } {
  if (given === undefined) return {};
  const accounts = Number(given);
  if (!Number.isInteger(accounts) || accounts < 1 || seed !== undefined)
    throw new TypeError('--accounts takes a number, and no --seed');
  return { accounts };
}

function readOptions(): TenantOptions {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4300' },
      tls: { type: 'boolean', default: false },
      seed: { type: 'string' },
      size: { type: 'string', default: 'small' },
      accounts: { type: 'string' },
      latency: { type: 'string', default: '0' },
      faults: { type: 'string' },
      log: { type: 'string' },
      redirect: { type: 'string', multiple: true, default: [] },
      'no-limits': { type: 'boolean', default: false },
    },
  });
  const [port, latencyMs] = [Number(values.port), Number(values.latency)];
  if (!Number.isInteger(port) || !(latencyMs >= 0)) throw new TypeError('--port and --latency take a number');
  if (!['small', 'large', 'huge'].includes(values.size))
    throw new TypeError('--size is small, large or huge');
  return {
    port,
    latencyMs,
    tls: values.tls,
    size: values.size as Size,
    redirects: values.redirect,
    ...readAccounts(values.accounts, values.seed),
    ...(values.seed === undefined ? {} : { seed: values.seed }),
    ...(values.faults === undefined ? {} : { faults: values.faults }),
    ...(values.log === undefined ? {} : { log: values.log }),
    limits: values['no-limits'] ? 'none' : 'published',
  };
}

async function main(): Promise<void> {
  const { urls, oracle, tenantId, accounts, clientIds, webClientSecret, tls, seed, close } =
    await startTenant(readOptions());
  for (const line of seed?.lines() ?? []) console.error(line);
  const facts = { urls, oracle, tenantId, accounts, clientIds, webClientSecret, ...tls };
  console.log(JSON.stringify({ ready: true, ...facts, ...(seed ? { seed: seed.counts } : {}) }));
  const stop = () => void close().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

main().catch((error: unknown) => {
  if (error instanceof NoSeedFolder) {
    console.error(error.message);
    process.exit(2);
  }
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exit(1);
});
