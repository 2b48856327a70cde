import { readFileSync, existsSync } from 'node:fs';
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { request as requestHttp } from 'node:http';
import { connect as connectTls } from 'node:tls';
import { X509Certificate, createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Tenant } from '../../../tenant/tenant.ts';
import { appToken } from '../core/clients.ts';
import { amy, smallTenant } from '../core/start.ts';

let tenant: Tenant;
afterEach(() => tenant.close());

const bearer = async (roles: string[]) => ({ Authorization: `Bearer ${await appToken(tenant, roles)}` });

describe('plain http', () => {
  it('takes the host as first path segment and builds every link from there', async () => {
    tenant = await smallTenant({ port: 0 });
    const { graph, login } = tenant.urls;
    expect(graph).toMatch(/^http:\/\/localhost:\d+\/graph\.microsoft\.com$/);
    const discovery = await fetch(`${login}/common/v2.0/.well-known/openid-configuration`);
    expect(await discovery.json()).toMatchObject({ token_endpoint: `${login}/common/oauth2/v2.0/token` });
    const headers = await bearer(['User.Read.All']);
    const page = (await (await fetch(`${graph}/v1.0/users?$top=2`, { headers })).json()) as Record<
      string,
      string
    >;
    expect(page['@odata.nextLink']?.startsWith(`${graph}/v1.0/users?`)).toBe(true);
    const next = await fetch(page['@odata.nextLink'] ?? '', { headers });
    expect(next.status).toBe(200);
  });

  it('has short names: /v1.0 is Graph, /{tenant} is sign-in', async () => {
    tenant = await smallTenant({ port: 0 });
    const base = tenant.oracle.replace('/_tenant', '');
    const headers = await bearer(['User.Read.All']);
    expect((await fetch(`${base}/v1.0/users/${amy}`, { headers })).status).toBe(200);
    expect((await fetch(`${base}/common/discovery/v2.0/keys`)).status).toBe(200);
    expect((await fetch(`${base}/nobody.example.com/x`)).status).toBe(404);
  });

  it('breaks the connection where a fault says so', async () => {
    tenant = await smallTenant({ port: 0 });
    tenant.world.faults.set([
      { match: { host: 'login.microsoftonline.com', nth: 1 }, answer: { reset: true } },
      { match: { host: 'login.microsoftonline.com', nth: 2 }, answer: { truncateAt: 5 } },
    ]);
    const keys = `${tenant.urls.login}/common/discovery/v2.0/keys`;
    await expect(fetch(keys)).rejects.toThrow('fetch failed');
    await expect(fetch(keys).then((response) => response.text())).rejects.toThrow();
    expect((await fetch(keys)).status).toBe(200);
  });

  it('takes its time', async () => {
    tenant = await smallTenant({ port: 0, latencyMs: 120 });
    const start = Date.now();
    await fetch(`${tenant.urls.login}/common/discovery/v2.0/keys`);
    expect(Date.now() - start).toBeGreaterThanOrEqual(115);
  });
});

/** What `HTTPS_PROXY` clients do: a tunnel through the proxy, TLS inside it. */
function tunnel(proxy: string, host: string): Promise<{ status: number; socket: Socket }> {
  const { hostname, port } = new URL(proxy);
  return new Promise((resolve, reject) => {
    const request = requestHttp({ hostname, port, method: 'CONNECT', path: `${host}:443` });
    request.on('connect', (response, socket) => resolve({ status: response.statusCode ?? 0, socket }));
    request.on('error', reject);
    request.end();
  });
}

const get = (session: ClientHttp2Session, path: string, headers: Record<string, string>) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    const stream = session.request({ ':path': path, ...headers });
    const chunks: Buffer[] = [];
    let status = 0;
    stream.on('response', (received) => (status = received[':status'] ?? 0));
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => resolve({ status, body: Buffer.concat(chunks).toString() }));
    stream.on('error', reject);
    stream.end();
  });

describe('TLS', () => {
  it('serves the real hosts over HTTP/2, certified by its own authority, through the proxy', async () => {
    tenant = await smallTenant({ port: 0, tls: true });
    const { ca, proxy, spki } = tenant.tls ?? { ca: '', proxy: '', spki: '' };
    for (const host of ['graph.microsoft.com', 'login.microsoftonline.com', 'contoso-my.sharepoint.com']) {
      const { status, socket } = await tunnel(proxy, host);
      expect(status).toBe(200);
      const secure = connectTls({ socket, servername: host, ca: readFileSync(ca), ALPNProtocols: ['h2'] });
      await new Promise((resolve, reject) => secure.once('secureConnect', resolve).once('error', reject));
      const key = new X509Certificate(secure.getPeerCertificate().raw).publicKey;
      const pin = createHash('sha256').update(key.export({ type: 'spki', format: 'der' }));
      expect([secure.authorized, secure.alpnProtocol, pin.digest('base64')]).toEqual([true, 'h2', spki]);
      const session = connectHttp2(`https://${host}`, { createConnection: () => secure });
      const path = host.startsWith('graph') ? `/v1.0/users/${amy}` : '/common/discovery/v2.0/keys';
      const headers = host.startsWith('graph') ? await bearer(['User.Read.All']) : {};
      const answer = await get(session, path, headers as Record<string, string>);
      expect(answer.status).toBe(host.includes('sharepoint') ? 404 : 200);
      session.close();
    }
  });

  it('leads nowhere else', async () => {
    tenant = await smallTenant({ port: 0, tls: true });
    const { status, socket } = await tunnel(tenant.tls?.proxy ?? '', 'example.com');
    socket.destroy();
    expect(status).toBe(403);
  });

  it('shows the oracle beside the proxy, and takes its authority away when it closes', async () => {
    tenant = await smallTenant({ port: 0, tls: true });
    expect((await fetch(`${tenant.oracle}/requests`)).status).toBe(200);
    expect(tenant.urls.graph).toBe('https://graph.microsoft.com');
    await tenant.close();
    expect(existsSync(tenant.tls?.ca ?? '')).toBe(false);
    tenant = await smallTenant();
  });
});
