/** A world with nothing but a directory and drives, and Graph's pipeline reduced to callers and errors. */
import { Hono } from 'hono';
import { skuId } from '../../../tenant/directory/licences.ts';
import { createDirectoryStore } from '../../../tenant/directory/store.ts';
import { personalSiteRoutes } from '../../../tenant/drive/downloads.ts';
import { driveRoutes } from '../../../tenant/drive/routes.ts';
import { createDriveStore } from '../../../tenant/drive/store.ts';
import { GraphError, type Caller, type GraphEnv } from '../../../tenant/graph/context.ts';
import { createClock } from '../../../tenant/world/clock.ts';
import { createIds } from '../../../tenant/world/ids.ts';
import { defaultSwitches } from '../../../tenant/world/switches.ts';
import type { World } from '../../../tenant/world/world.ts';

export const NOW = Date.parse('2026-11-23T10:00:00Z');

export const urls = {
  login: 'https://login.microsoftonline.com',
  graph: 'https://graph.microsoft.com',
  outlook: 'https://outlook.office.com',
  personalSites: 'https://contoso-my.sharepoint.com',
  teamSites: 'https://contoso.sharepoint.com',
};

export function createDriveWorld() {
  const clock = createClock(NOW);
  const ids = createIds('drive-tests');
  const outbox: World['outbox'] = { sent: [] };
  const directory = createDirectoryStore({ clock, ids, tenantId: ids.guid() });
  directory.subscriptions.push({ skuId: skuId('SPB'), units: 5, capabilityStatus: 'Enabled' });
  const drives = createDriveStore({ clock, ids, urls, outbox });
  const switches = { ...defaultSwitches };
  const world = { clock, ids, urls, outbox, directory, drives, switches } as Partial<World> as World;

  const ada = directory.addUser({ userPrincipalName: 'ada@contoso.example', displayName: 'Ada Byron' });
  const bao = directory.addUser({ userPrincipalName: 'bao@contoso.example', displayName: 'Bao Nguyen' });
  const adaDrive = drives.addDrive({
    userId: ada.id,
    upn: ada.userPrincipalName,
    displayName: ada.displayName,
  });
  return { world, ada, bao, adaDrive, call: caller(world) };
}

/** What tests look into; an answer has some of it. */
export interface AnswerBody extends ItemBody {
  readonly value: readonly ItemBody[];
  readonly error: { code: string; message: string; innerError: { code?: string } };
  readonly uploadUrl: string;
  readonly nextExpectedRanges: readonly string[];
  readonly '@odata.nextLink'?: string;
  readonly '@odata.deltaLink'?: string;
}

export interface ItemBody {
  readonly [property: string]: unknown;
  readonly id: string;
  readonly name: string;
  readonly '@microsoft.graph.downloadUrl': string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON; empty where the body is none. */
  readonly body: AnswerBody;
  readonly bytes: Uint8Array;
}

export type Call = (
  method: string,
  path: string,
  options?: { body?: unknown; headers?: Record<string, string>; as?: Partial<Caller> },
) => Promise<Answer>;

/** Calls Graph (paths below `/v1.0`) or, with a whole url, whichever host it names. */
function caller(world: World): Call {
  const sites = personalSiteRoutes(world);
  return async (method, path, { body, headers = {}, as } = {}) => {
    const isBytes = body instanceof Uint8Array || typeof body === 'string' || body === undefined;
    const init: RequestInit = {
      method,
      headers,
      ...(body === undefined ? {} : { body: isBytes ? (body as BodyInit) : JSON.stringify(body) }),
    };
    const url = path.startsWith('https:') ? new URL(path) : new URL(`${urls.graph}/v1.0${path}`);
    const app = url.origin === urls.graph ? graph(world, as) : sites;
    const response = await app.request(url, init);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const { status, headers: answered } = response;
    return { status, headers: answered, bytes, body: parse(new TextDecoder().decode(bytes)) };
  };
}

function graph(world: World, as: Partial<Caller> = {}) {
  const app = new Hono<GraphEnv>();
  app.use(async (c, next) => {
    const caller = { kind: 'app', tenantId: 't', appId: 'a', objectId: 'o', permissions: new Set(), ...as };
    c.set('world', world);
    c.set('caller', caller as Caller);
    await next();
  });
  app.route('/v1.0', driveRoutes());
  app.onError((error) => {
    if (!(error instanceof GraphError)) throw error;
    const { code, message, status, options } = error;
    return Response.json(
      { error: { code, message, innerError: { code: options.innerCode } } },
      { status, headers: { ...options.headers } },
    );
  });
  return app;
}

function parse(text: string): AnswerBody {
  try {
    return JSON.parse(text) as AnswerBody;
  } catch {
    return {} as AnswerBody;
  }
}
