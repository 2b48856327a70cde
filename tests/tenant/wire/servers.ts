/** The ports: plain http; TLS with HTTP/2 and HTTP/1.1; a CONNECT proxy that leads the real host names here. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { createIdentity } from './certificates.ts';
import type { Fetch } from './door.ts';
import { knownHost, type Hosts } from './hosts.ts';
import { listener } from './listener.ts';

export interface OpenPort {
  readonly port: number;
  close(): Promise<void>;
}

/** Keeps count of connections so that closing does not wait for idle ones. */
async function listen(server: Server | Http2SecureServer, port: number): Promise<OpenPort> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port: (server.address() as AddressInfo).port, close };
}

export const openHttp = (fetch: Fetch, port: number) => {
  const answer = listener(fetch, 'http');
  return listen(
    createServer((request, response) => void answer(request, response)),
    port,
  );
};

export interface SecurePort extends OpenPort {
  /** PEM file of the throw-away authority. */
  readonly ca: string;
  readonly spki: string;
}

export async function openTls(fetch: Fetch, hosts: Hosts, port: number): Promise<SecurePort> {
  const names = [hosts.login, 'login.windows.net', hosts.graph, hosts.outlook, hosts.exchange];
  const identity = createIdentity([...names, '*.sharepoint.com', 'localhost', '127.0.0.1']);
  const answer = listener(fetch, 'https');
  const cert = identity.certificate + identity.authority;
  const options = { cert, key: identity.privateKey, allowHTTP1: true };
  const server = createSecureServer(options, (request, response) => void answer(request, response));
  server.on('sessionError', () => undefined);
  const open = await listen(server, port);
  const folder = mkdtempSync(join(tmpdir(), 'tenant-ca-'));
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, identity.authority);
  const close = async () => {
    rmSync(folder, { recursive: true, force: true });
    await open.close();
  };
  return { ...open, ca, spki: identity.spki, close };
}

function tunnel(socket: Duplex, head: Buffer, port: number): void {
  const inner = connect(port, '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    inner.write(head);
    inner.pipe(socket).pipe(inner);
  });
  inner.on('error', () => socket.destroy());
  socket.on('error', () => inner.destroy());
  socket.on('close', () => inner.destroy());
}

/**
 * For `HTTPS_PROXY`: leads the tenant's hosts to the TLS port and refuses every other. Asked directly, it answers
 * `/_tenant` over plain http, so that a test needs no certificate to look behind the tenant.
 */
export function openProxy(fetch: Fetch, hosts: Hosts, tlsPort: number): Promise<OpenPort> {
  const answer = listener(fetch, 'http');
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/_tenant')) void answer(request, response);
    else response.writeHead(405).end();
  });
  server.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const [host = '', port] = (request.url ?? '').split(':');
    if (port === '443' && knownHost(hosts, host)) tunnel(socket, head, tlsPort);
    else socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
  });
  return listen(server, 0);
}
