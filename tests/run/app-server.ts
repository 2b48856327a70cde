/**
 * Serves the built app as a static host would: `_headers` honoured, unknown paths answered with index.html. Prefixes
 * such as `/relay` and the demo tenant's are handed to handlers.
 */
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { extname, join, normalize } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { parseHeaderRules, type HeaderRules } from './header-rules.ts';

const buildFolder = fileURLToPath(new URL('../../build/app', import.meta.url));

const mimeTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

export interface AppServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

export interface AppServerOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Served as /config.json; undefined answers 404, as a bare static host does. */
  readonly config: (origin: string) => unknown;
  /** Requests below a prefix (`/relay/`) go to its handler, with their full path. */
  readonly handlers?: Readonly<Record<string, (request: Request) => Promise<Response>>>;
  /** As a host that sends no headers of its own: `_headers` is not honoured. */
  readonly bare?: boolean;
  /** Text to put before a script of the app, by path: how tests take a browser's abilities away. */
  readonly prepend?: (path: string) => string;
}

export async function startAppServer(options: AppServerOptions): Promise<AppServer> {
  const rules = parseHeaderRules(options.bare ? '' : readFileSync(join(buildFolder, '_headers'), 'utf8'));
  const app = new Hono();
  for (const [prefix, handle] of Object.entries(options.handlers ?? {})) {
    app.all(`${prefix}*`, (c) => handle(c.req.raw));
  }
  app.get('/config.json', (c) => {
    const config = options.config(new URL(c.req.url).origin);
    c.header('Cache-Control', 'no-store');
    return config === undefined ? c.notFound() : c.json(config as object);
  });
  app.get('*', (c) => serveFile(new URL(c.req.url).pathname, rules, options.prepend));
  return listen(app, options.port);
}

function serveFile(path: string, rules: HeaderRules, prepend?: AppServerOptions['prepend']): Response {
  const wanted = join(buildFolder, normalize(decodeURIComponent(path)));
  const isFile = wanted.startsWith(buildFolder) && existsSync(wanted) && statSync(wanted).isFile();
  if (!isFile && extname(path) !== '') return new Response('Not found', { status: 404 });
  const file = isFile ? wanted : join(buildFolder, 'index.html');
  const headers = rules(path);
  headers.set('Content-Type', mimeTypes[extname(file)] ?? 'application/octet-stream');
  const prefix = prepend?.(path);
  if (prefix) return new Response(prefix + readFileSync(file, 'utf8'), { headers });
  return new Response(Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>, { headers });
}

function listen(app: Hono, port: number): Promise<AppServer> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, (address) => {
      resolve({
        url: `http://localhost:${address.port}`,
        port: address.port,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            // A browser keeps spare connections open, which would be waited for up to a minute.
            if ('closeAllConnections' in server) server.closeAllConnections();
          }),
      });
    });
    server.once('error', reject);
  });
}
