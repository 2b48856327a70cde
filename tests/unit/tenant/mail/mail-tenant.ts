/** A tenant of nothing but mail: the routes of the mail area on a small app, as the pipeline would call them. */
import { Hono } from 'hono';
import { GraphError, type Caller, type GraphEnv } from '../../../tenant/graph/context.ts';
import { toRoutable } from '../../../tenant/graph/route.ts';
import { mailRoutes } from '../../../tenant/mail/routes.ts';
import { attachmentSessionRoutes } from '../../../tenant/mail/sessions.ts';
import { createMailStore, type MailStore } from '../../../tenant/mail/store.ts';
import { createClock, type Clock } from '../../../tenant/world/clock.ts';
import { createIds } from '../../../tenant/world/ids.ts';
import type { Outbox, World } from '../../../tenant/world/world.ts';

export const tenantId = '6d1f2b0e-4a44-4f0e-9c53-0f3b6d1f2b0e';
export const amy = {
  id: '11111111-1111-4111-8111-111111111111',
  upn: 'amy@contoso.example',
  name: 'Amy Fisher',
};
export const bao = {
  id: '22222222-2222-4222-8222-222222222222',
  upn: 'bao@contoso.example',
  name: 'Bao Nguyen',
};
/** In the directory, without a mailbox. */
export const guest = {
  id: '33333333-3333-4333-8333-333333333333',
  upn: 'guest@fabrikam.example',
  name: 'Guest',
};

const graph = 'https://graph.microsoft.com';
export const outlook = 'https://outlook.office.com';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  /** The body as JSON; an empty object where it is none. */
  readonly json: Json;
}

// Bodies of answers are read by path in the assertions.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

export interface MailTenant {
  readonly clock: Clock;
  readonly mail: MailStore;
  readonly outbox: Outbox;
  /** Calls Graph; `path` is below `/v1.0`, or a whole link of an earlier answer. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Calls the host of attachment sessions. */
  upload(method: string, url: string, options?: CallOptions): Promise<Answer>;
}

export interface CallOptions {
  readonly headers?: Record<string, string>;
  /** An object is sent as JSON. */
  readonly body?: unknown;
  readonly permissions?: readonly string[];
}

const toInit = (method: string, { headers = {}, body }: CallOptions): RequestInit => {
  if (body === undefined) return { method, headers };
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const type = raw ? {} : { 'Content-Type': 'application/json' };
  return { method, headers: { ...type, ...headers }, body: raw ? (body as BodyInit) : JSON.stringify(body) };
};

async function read(response: Response): Promise<Answer> {
  const bytes = Buffer.from(await response.arrayBuffer());
  let json: Json = {};
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch {
    // Not every answer is JSON.
  }
  return { status: response.status, headers: response.headers, bytes, json };
}

export function createMailTenant(
  options: { now?: string; quotaBytes?: number; locale?: string } = {},
): MailTenant {
  const clock = createClock(Date.parse(options.now ?? '2026-11-23T10:00:00Z'));
  const ids = createIds('mail-test');
  const outbox: Outbox = { sent: [] };
  const mail = createMailStore({ clock, ids, outbox });
  const users = [amy, bao, guest].map((person) => ({
    id: person.id,
    userPrincipalName: person.upn,
    mail: person.upn,
    displayName: person.name,
    purpose: 'user',
  }));
  const user = (key: string) =>
    users.find((one) => one.id === key || one.userPrincipalName === key.toLowerCase());
  const { quotaBytes, locale } = options;
  mail.addMailbox(amy.id, {
    ...(quotaBytes === undefined ? {} : { quotaBytes }),
    ...(locale === undefined ? {} : { locale }),
  });
  mail.addMailbox(bao.id);
  const urls = { login: '', graph, outlook, personalSites: '', teamSites: '' };
  const world = {
    clock,
    ids,
    mail,
    outbox,
    urls,
    directory: { user, users: () => users },
  } as unknown as World;

  let permissions: ReadonlySet<string> = new Set();
  const app = new Hono<GraphEnv>({ getPath: (request) => toRoutable(new URL(request.url).pathname) });
  app.use(async (c, next) => {
    const caller: Caller = { kind: 'app', tenantId, appId: 'app', objectId: 'principal', permissions };
    c.set('world', world);
    c.set('caller', caller);
    await next();
  });
  app.route('/v1.0', mailRoutes());
  app.onError((error, c) => {
    if (!(error instanceof GraphError)) throw error;
    return c.json({ error: { code: error.code, message: error.message } }, error.status as 400);
  });
  const sessions = attachmentSessionRoutes(world);

  return {
    clock,
    mail,
    outbox,
    call: async (method, path, init = {}) => {
      permissions = new Set(init.permissions ?? []);
      const url = path.startsWith('https:') ? path : `${graph}/v1.0${path}`;
      return read(await app.request(url, toInit(method, init)));
    },
    upload: async (method, url, init = {}) => read(await sessions.request(url, toInit(method, init))),
  };
}

/** A plain message; fields may be replaced or added. */
export function eml(fields: Record<string, string> = {}, body = 'Hello\r\n'): Buffer {
  const all = {
    From: 'Cleo <cleo@fabrikam.example>',
    To: 'Amy Fisher <amy@contoso.example>',
    Subject: 'Hello',
    Date: 'Mon, 02 Mar 2026 10:00:00 +0000',
    'Message-ID': '<one@fabrikam.example>',
    ...fields,
  };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${head.join('')}\r\n${body}`);
}

/** Follows links to the end of a round; the items of all pages and the delta link. */
export async function wholeRound(
  tenant: MailTenant,
  start: string,
  headers: Record<string, string> = {},
): Promise<{ items: Json[]; deltaLink: string; pages: number }> {
  const items: Json[] = [];
  let url = start;
  for (let pages = 1; pages < 10_000; pages++) {
    const { status, json } = await tenant.call('GET', url, { headers });
    if (status !== 200) throw new Error(`${url}: ${status} ${JSON.stringify(json)}`);
    items.push(...json.value);
    if (json['@odata.deltaLink']) return { items, deltaLink: json['@odata.deltaLink'], pages };
    url = json['@odata.nextLink'];
  }
  throw new Error('the round has no end');
}
