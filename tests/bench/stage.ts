/** Everything one measurement needs: a tenant of its own, the built app, the relay, and a desk that pages report to. */
import { startAppServer } from '../run/app-server.ts';
import { startRelay } from '../run/relay.ts';
import { startTenantProcess, type TenantProcess, type TenantProcessOptions } from './tenant-process.ts';

export interface BenchStage {
  readonly tenant: TenantProcess;
  readonly url: string;
  /** The newest token that the relay has handed out. */
  token(): string;
  /** What a page posts to `/bench/done`; waits for the next one, `timeoutMs` at most. */
  reported(timeoutMs: number): Promise<unknown>;
  /** Serves this below `/bench/`. */
  serve(path: string, body: string, type: string): void;
  close(): Promise<void>;
}

export async function openBenchStage(options: TenantProcessOptions): Promise<BenchStage> {
  const tenant = await startTenantProcess(options);
  const relay = await startRelay((request) => tenant.fetch(request));
  const served = new Map<string, { readonly body: string; readonly type: string }>();
  let token = '';
  let tell: (report: unknown) => void = () => undefined;

  const handleRelay = async (request: Request) => {
    const answer = await relay.handle(request);
    token = tokenIn(await answer.clone().text()) ?? token;
    return answer;
  };
  const handleBench = async (request: Request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/bench/done') {
      tell(await request.json());
      return new Response(null, { status: 204 });
    }
    const file = served.get(pathname);
    return file
      ? new Response(file.body, { headers: { 'content-type': file.type, 'cache-control': 'no-store' } })
      : new Response('', { status: 404 });
  };
  const app = await startAppServer({
    port: 0,
    config: () => ({
      registratorClientId: tenant.address.clientIds.registrator,
      relay: '/relay',
      cloud: 'global',
    }),
    handlers: { '/relay/': handleRelay, '/bench/': handleBench },
  });
  return {
    tenant,
    url: app.url,
    token: () => token,
    reported: (timeoutMs) =>
      new Promise((resolve, reject) => {
        const tooLate = () => reject(new Error(`nothing was reported within ${timeoutMs / 60_000} minutes`));
        const timer = setTimeout(tooLate, timeoutMs);
        tell = (report) => {
          clearTimeout(timer);
          resolve(report);
        };
      }),
    serve: (path, body, type) => void served.set(`/bench/${path}`, { body, type }),
    close: async () => {
      await app.close();
      await relay.close();
      await tenant.stop();
    },
  };
}

function tokenIn(text: string): string | undefined {
  const token = /"access_token"\s*:\s*"([^"]+)"/.exec(text)?.[1];
  return token;
}
