/** The simulated tenant in a process of its own, so that it shares no thread with whoever drives the browser. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { number, object, parse, record, string, type InferOutput } from 'valibot';

const main = fileURLToPath(new URL('../tenant/main.ts', import.meta.url));

const readyShape = object({
  oracle: string(),
  clientIds: object({ registrator: string() }),
  ca: string(),
  spki: string(),
  port: number(),
});
export type TenantAddress = InferOutput<typeof readyShape>;

const countsShape = object({
  exchanges: number(),
  preflights: number(),
  totalUnits: number(),
  units: record(string(), number()),
});
export type RequestCounts = InferOutput<typeof countsShape>;

export interface TenantProcess {
  readonly address: TenantAddress;
  /** By real host name, for the relay. */
  fetch(request: Request): Promise<Response>;
  setLatency(milliseconds: number): Promise<void>;
  deleteFiles(user: string): Promise<void>;
  resetCounts(): Promise<void>;
  counts(): Promise<RequestCounts>;
  stop(): Promise<void>;
}

export interface TenantProcessOptions {
  readonly size: 'small' | 'large';
  /** So many accounts in all, instead of those that go with the size. */
  readonly accounts?: number;
  readonly log?: string;
}

/** No latency yet, no service limits. Throws where the tenant does not start. */
export async function startTenantProcess({
  size,
  accounts,
  log,
}: TenantProcessOptions): Promise<TenantProcess> {
  const args = ['--port', '0', '--tls', '--no-limits', '--size', size, ...(log ? ['--log', log] : [])];
  if (accounts !== undefined) args.push('--accounts', String(accounts));
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  process.once('exit', () => child.kill());
  const lines = createInterface(child.stdout);
  const [line] = await Promise.race([once(lines, 'line'), exited.then(() => [''])]);
  if (!line) throw new Error('the simulated tenant did not start');
  const address = parse(readyShape, JSON.parse(String(line)));
  const ask = (method: string, path: string, body?: unknown) => askOracle(address, { method, path, body });
  return {
    address,
    fetch: (request) => fetchFrom(address, request),
    setLatency: async (latencyMs) => void (await ask('POST', 'switches', { pace: { latencyMs } })),
    deleteFiles: async (user) => void (await ask('POST', 'delete', { user, files: 'all' })),
    resetCounts: async () => void (await ask('DELETE', 'requests')),
    counts: async () => parse(countsShape, await ask('GET', 'requests')),
    stop: async () => {
      child.kill();
      await exited;
    },
  };
}

async function askOracle(
  { oracle }: TenantAddress,
  { method, path, body }: { readonly method: string; readonly path: string; readonly body: unknown },
): Promise<unknown> {
  const answer = await fetch(`${oracle}/${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`/_tenant/${path} answered ${answer.status}: ${text}`);
  return text === '' ? null : JSON.parse(text);
}

async function fetchFrom({ port, ca }: TenantAddress, request: Request): Promise<Response> {
  const { hostname, pathname, search } = new URL(request.url);
  const body = Buffer.from(await request.arrayBuffer());
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(
      {
        host: '127.0.0.1',
        port,
        servername: hostname,
        ca: readFileSync(ca),
        method: request.method,
        path: pathname + search,
        headers: { ...Object.fromEntries(request.headers), host: hostname },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const type = incoming.headers['content-type'] ?? 'application/json';
          const init = { status: incoming.statusCode ?? 502, headers: { 'content-type': type } };
          resolve(new Response(Buffer.concat(chunks), init));
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
