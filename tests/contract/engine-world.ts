/**
 * The whole engine in one process: over the simulated tenant, the relay's own app and stores in memory. Only time is
 * bent: where nothing is on the wire, the next wait is over at once.
 */
import { setMaxListeners } from 'node:events';
import { afterAll, vi } from 'vitest';
import { createApp } from '../../edge/app.ts';
import { createMemoryAccessStore } from '../../workers/access/access-store.ts';
import type { Profile } from '../../workers/contract/check.ts';
import type { EngineApi, TokenPort } from '../../workers/contract/engine-api.ts';
import { createEngine, type Engine } from '../../workers/engine.ts';
import { globalCloud } from '../../workers/graph/hosts.ts';
import { localLocks } from '../../workers/jobs/locks.ts';
import { memoryRecords } from '../../workers/jobs/records.ts';
import { memoryFiles } from '../../workers/jobs/temporary-file.ts';
import { systemRandom, type Clock } from '../../workers/kernel/clock.ts';
import { failure } from '../../workers/kernel/failure.ts';
import { err, ok, type Result } from '../../workers/kernel/result.ts';
import type { BlobStore } from '../../workers/storage/blob-store.ts';
import type { OpenedHome } from '../../workers/storage/choose.ts';
import { startTenant, type Tenant, type TenantOptions } from '../tenant/tenant.ts';
import { todoState } from '../tenant/todo/state.ts';
import { redeemCode, redirectUri } from '../unit/tenant/core/clients.ts';
import { cheapKdf, memoryHomes, theCodec } from '../unit/workers/jobs/fakes/homes.ts';

// Dozens of requests of one run wait on its one signal.
setMaxListeners(0);

export const app = 'https://app.test';
export const passphrase = 'correct horse battery staple 42';

export const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.detail}`);
  return result.value;
};

/** Waits end as soon as nothing has been on the wire for some real milliseconds; `Date` then shows their end. */
function impatientClock() {
  let onTheWire = 0;
  let quietSince = performance.now();
  let waiting: { until: number; wake: () => void }[] = [];
  let timer: ReturnType<typeof setInterval> | undefined;

  const look = () => {
    if (waiting.length === 0) {
      clearInterval(timer);
      timer = undefined;
    } else if (onTheWire === 0 && performance.now() - quietSince > 15) {
      const next = Math.min(...waiting.map(({ until }) => until));
      vi.setSystemTime(Math.max(Math.ceil(next), Date.now()));
      const due = waiting.filter(({ until }) => until <= next);
      waiting = waiting.filter(({ until }) => until > next);
      quietSince = performance.now();
      for (const { wake } of due) wake();
    }
  };
  const clock: Clock = {
    now: () => Date.now(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const entry = { until: Date.now() + ms, wake: resolve };
        waiting.push(entry);
        timer ??= setInterval(look, 5);
        signal?.addEventListener('abort', () => {
          waiting = waiting.filter((each) => each !== entry);
          resolve();
        });
      }),
  };
  return {
    clock,
    busy: (delta: 1 | -1) => {
      onTheWire += delta;
      quietSince = performance.now();
    },
    forget: () => {
      waiting = [];
    },
  };
}

/** A dead worker writes and reads nothing more. */
function mortal(opened: Result<OpenedHome>, life: { readonly ended: boolean }): Result<OpenedHome> {
  if (!opened.ok) return opened;
  const store = new Proxy(opened.value.store, {
    get: (target, name: keyof BlobStore) => (life.ended && name !== 'place' ? never : target[name]),
  });
  return ok({ ...opened.value, store });
}

const never = () => new Promise<never>(() => {});

/** Hears of each exchange and of each call to a small store of the device, before and after it is done; may kill. */
export interface Witness {
  before(what: string): void;
  after(what: string): void;
}

/** What a dead worker asks for never comes, also where it was done. */
async function witnessed<T>(
  work: () => Promise<T>,
  what: string,
  seen: { readonly life: { readonly ended: boolean }; readonly witness: Witness },
): Promise<T> {
  if (seen.life.ended) return never();
  seen.witness.before(what);
  if (seen.life.ended) return never();
  const answer = await work();
  if (!seen.life.ended) seen.witness.after(what);
  return seen.life.ended ? never() : answer;
}

const witnessedStore = <T extends object>(
  store: T,
  seen: { readonly life: { readonly ended: boolean }; readonly witness: Witness },
): T =>
  new Proxy(store, {
    get: (target, name: keyof T & string) => {
      const call = target[name] as (...args: unknown[]) => Promise<unknown>;
      return (...args: unknown[]) => witnessed(() => call(...args), `store ${name}`, seen);
    },
  });

export type EngineWorld = Awaited<ReturnType<typeof engineWorld>>;

/** Ends the world of the test before: its waits must not move this one's time. */
let endLast = () => {};

export async function engineWorld(options: TenantOptions = {}) {
  endLast();
  const tenant = await startTenant({ limits: 'none', ...options });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  const { clock, busy, forget } = impatientClock();
  const relay = createApp({ basePath: '/relay', origins: [], address: () => 'test' });
  const net = { online: true, relayUp: true };
  // The relay's own way to Entra; nothing else in this process may use it.
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => tenant.fetch(new Request(url, init)));

  const fetch = async (url: string, init: RequestInit) => {
    busy(1);
    try {
      const toRelay = url.startsWith(app);
      if (!net.online || (toRelay && !net.relayUp)) throw new TypeError('Failed to fetch');
      const headers = new Headers(init.headers);
      if (toRelay) headers.set('Origin', app);
      const request = new Request(url, { ...init, headers });
      return await (toRelay ? relay.request(request) : tenant.fetch(request));
    } finally {
      busy(-1);
    }
  };

  const homes = memoryHomes();
  const device = { records: memoryRecords(), access: createMemoryAccessStore() };
  const admin = tenant.accounts.find(({ roles }) => roles.includes('Global Administrator'));
  /** Who answers the page's sign-in; `silent`: also without a window, as long as the page remembers. */
  const person = { upn: admin?.userPrincipalName ?? '', silent: true };
  /** Called when a download begins to be put together. */
  const download = { begins: async (): Promise<void> => {} };
  const deaf = () => undefined;
  const witness: Witness = { before: deaf, after: deaf };
  let life = { ended: false, locks: localLocks() };
  let engine: Engine | undefined;
  const start = (own = life, on = device): EngineApi => {
    engine = createEngine({
      clock: { ...clock, sleep: (ms, signal) => (own.ended ? never() : clock.sleep(ms, signal)) },
      random: systemRandom,
      fetch: (url, init) =>
        witnessed(() => fetch(url, init), `${init.method ?? 'GET'} ${url}`, { life: own, witness }),
      locks: own.locks,
      online: () => net.online,
      homes: { ...homes, open: async (home) => mortal(await homes.open(home), own) },
      records: witnessedStore(on.records, { life: own, witness }),
      access: witnessedStore(on.access, { life: own, witness }),
      files: {
        create: async () => {
          await download.begins();
          return memoryFiles().create();
        },
      },
      codec: theCodec,
      kdf: cheapKdf,
    });
    return engine.api;
  };
  const config = {
    cloud: globalCloud,
    registratorClientId: tenant.clientIds.registrator,
    relay: `${app}/relay`,
    build: 'test',
    redirectUri,
  };
  const configured = async (api = start(), port = signIns(tenant, person)) => {
    value(await api.configure(config, port));
    return api;
  };
  const kill = () => {
    life.ended = true;
    forget();
    life = { ended: false, locks: localLocks() };
  };
  endLast = kill;
  return {
    tenant,
    net,
    download,
    homes,
    config,
    records: device.records,
    access: device.access,
    witness,
    api: await configured(),
    reload: () => configured(),
    person,
    /** The page opened anew, and from now on whoever signs in is this person. */
    reloadAs: (upn: string) => {
      person.upn = upn;
      return configured();
    },
    /** Another computer at the same tenant, with stores of its own and somebody of its own. */
    otherDevice: (upn: string) =>
      configured(
        start(
          { ended: false, locks: localLocks() },
          { records: memoryRecords(), access: createMemoryAccessStore() },
        ),
        signIns(tenant, { upn, silent: true }),
      ),
    /** What the worker does every minute. */
    lockIdle: async () => engine?.lockIdle(),
    /** As closing the tab does: its locks are free, its requests are lost. */
    kill,
  };
}

afterAll(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** Signs in whoever is named, as MSAL on the page would. */
function signIns(
  { world, ...tenant }: Tenant,
  person: { readonly upn: string; readonly silent: boolean },
): TokenPort {
  return {
    acquire: async ({ clientId, scopes, tenantId, interactive }) => {
      const admin = world.directory.person(person.upn);
      if (!admin) return err(failure('sign-in/cancelled-by-user', 'nobody to sign in as'));
      if (!interactive && !person.silent)
        return err(failure('sign-in/interaction-required', 'no account is signed in'));
      const scope = `openid profile ${scopes.map((name) => `https://graph.microsoft.com/${name}`).join(' ')}`;
      const request = { clientId, scope, tenantId, upn: admin.userPrincipalName };
      const { response } = await redeemCode({ world, ...tenant }, request);
      if (!response.ok) return err(failure('sign-in/consent-missing', 'nobody may consent for all'));
      const answer = (await response.json()) as Record<string, unknown>;
      const [, payload = ''] = String(answer['id_token']).split('.');
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
      return ok({
        accessToken: String(answer['access_token']),
        expiresAt: Date.now() + 3_600_000,
        tenantId: tenant.tenantId,
        account: {
          objectId: admin.id,
          userPrincipalName: admin.userPrincipalName,
          name: admin.displayName,
        },
        scopes: String(answer['scope'])
          .split(' ')
          .map((name) => name.replace('https://graph.microsoft.com/', '')),
        directoryRoles: Array.isArray(claims['wids']) ? claims['wids'].map(String) : [],
      });
    },
  };
}

export const idOf = ({ tenant }: EngineWorld, name: string): string => {
  const user = tenant.world.directory.user(`${name}@contoso.example`);
  if (!user) throw new Error(`no ${name}`);
  return user.id;
};

/** Installs the app and makes a repository; gives its id. */
export async function prepared(world: EngineWorld, profile: Profile = 'complete'): Promise<string> {
  const { tenantId, tenantName } = value(await world.api.onboard(profile, () => {}));
  const made = await world.api.createRepository({
    place: { kind: 'browser', name: tenantName },
    tenantId,
    tenantName,
    passphrase,
  });
  return value(made).repository.id;
}

export const mailOf = ({ tenant }: EngineWorld, id: string) => tenant.world.mail.state(id).messages;

/** Those of flagged mails among them. */
export const tasksOf = ({ tenant }: EngineWorld, id: string) =>
  (todoState(tenant.world, id) ?? []).flatMap((list) =>
    list.tasks.map((task) => ({
      ...task,
      list: list.displayName,
      isFlag: list.wellknownListName === 'flaggedEmails',
    })),
  );

export const filesOf = ({ tenant }: EngineWorld, id: string) => {
  const drive = tenant.world.drives.driveOfUser(id);
  return drive ? tenant.world.drives.state(drive).items.filter(({ kind }) => kind === 'file') : [];
};
