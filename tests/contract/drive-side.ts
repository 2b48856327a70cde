/** A OneDrive of the simulated tenant, as the workload suite handles it. */
import { systemClock } from '../../workers/kernel/clock.ts';
import { createDriveWorkload } from '../../workers/workloads/drive/index.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { appToken, call } from '../unit/tenant/core/clients.ts';
import { amy, smallTenant } from '../unit/tenant/core/start.ts';
import { allRights, depsOf, graphClient } from './workload-world.ts';
import type { Side } from './workload.suite.ts';

export interface DriveSide extends Side {
  readonly tenant: Tenant;
  readonly driveId: string;
  graph(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
}

const bytes = (size: number, seed: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, i) => (i * seed + (i >> 8)) & 255);

const dated = (day: number) => ({
  createdDateTime: `2024-02-${String((day % 28) + 1).padStart(2, '0')}T01:02:03Z`,
  lastModifiedDateTime: `2025-03-${String((day % 28) + 1).padStart(2, '0')}T04:05:06Z`,
});

export async function createDriveSide(roles: readonly string[] = allRights): Promise<DriveSide> {
  const tenant = await smallTenant({ limits: 'none' });
  const { drives } = tenant.world;
  const userId = tenant.world.directory.user(amy)?.id ?? '';
  const driveId = drives.driveOfUser(userId) ?? '';
  const token = await appToken(tenant, allRights);
  let contents = 0;
  const counted: Tenant = {
    ...tenant,
    fetch: (request) => {
      if (request.method === 'GET' && new URL(request.url).hostname.endsWith('.sharepoint.com')) contents++;
      return tenant.fetch(request);
    },
  };
  const graph = async (method: string, path: string, body?: unknown) => {
    const { json, status } = await call(tenant, token, `/drives/${driveId}/${path}`, { method, body });
    if (status >= 400) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
    return json;
  };
  let made = 0;
  const items = () => drives.state(driveId).items;
  const files = () => items().filter(({ kind }) => kind === 'file');
  const folders = () => items().filter(({ kind }) => kind === 'folder');
  const put = (path: string, content: Uint8Array, day = made) =>
    drives.put(driveId, path, content, dated(day));
  const add = (folder: string) => put(`${folder}/File ${made}.txt`, bytes(100 + made, ++made));
  const onFile = async (
    n: number,
    work: (file: ReturnType<typeof files>[number]) => unknown,
  ): Promise<void> => {
    const file = files()[n % Math.max(1, files().length)];
    if (file) await work(file);
  };
  const onFolder = async (
    n: number,
    work: (folder: ReturnType<typeof folders>[number]) => unknown,
  ): Promise<void> => {
    const folder = folders()[n % Math.max(1, folders().length)];
    if (folder) await work(folder);
  };
  const moveTo = async (id: string, n: number) => {
    const target = folders()[n % Math.max(1, folders().length)];
    const item = items().find((one) => one.id === id);
    const isInside = !target || target.path === item?.path || target.path.startsWith(`${item?.path}/`);
    if (!isInside)
      await graph('PATCH', `items/${id}`, { parentReference: { id: target.id }, name: `Moved ${made++}` });
  };

  return {
    tenant,
    driveId,
    graph,
    account: { id: userId, userPrincipalName: amy, displayName: 'Amy' },
    deps: depsOf(await graphClient(counted, roles)),
    severalPages: 1_100,
    workload: () => createDriveWorkload(systemClock),
    fill(count) {
      const places = ['', '/Documents', '/Documents/2026', '/Bilder & Töne'];
      for (let i = 0; i < count; i++) add(places[i % places.length] ?? '');
    },
    fillRichly: async () => {
      put('/empty.txt', new Uint8Array());
      put('/Documents/small.bin', bytes(1, 3));
      put('/Documents/below a fragment.bin', bytes(327_679, 5));
      put('/Documents/exactly a fragment.bin', bytes(32 * 327_680, 7));
      put('/Documents/several fragments.bin', bytes(32 * 327_680 + 12_345, 11));
      put('/日本語/Größe #1 100% (final).docx', bytes(60_000, 13));
      put('/日本語/same name.txt', bytes(10, 17));
      put('/Documents/same name.txt', bytes(10, 19));
      put('/Documents/copy of the same content.bin', bytes(327_679, 5));
      put('/no extension', bytes(77, 23));
      put("/it's & it+is,=;.txt", bytes(78, 29));
      drives.putFolder(driveId, '/Empty folder');
    },
    edits: [
      { name: 'add', run: async (n) => void add(n % 2 ? '/Documents' : `/New ${n % 3}`) },
      {
        name: 'change',
        run: (n) => onFile(n, ({ path, size }) => put(path, bytes(n % 2 ? size : size + 1, ++made))),
      },
      { name: 'delete', run: (n) => onFile(n, ({ id }) => graph('DELETE', `items/${id}`)) },
      {
        name: 'rename',
        run: (n) => onFile(n, ({ id }) => graph('PATCH', `items/${id}`, { name: `Name ${made++}.txt` })),
      },
      { name: 'move', run: (n) => onFile(n, ({ id }) => moveTo(id, n * 3)) },
      {
        name: 'rename a folder',
        run: (n) => onFolder(n, ({ id }) => graph('PATCH', `items/${id}`, { name: `Folder ${made++}` })),
      },
      { name: 'move a folder', run: (n) => onFolder(n, ({ id }) => moveTo(id, n * 3)) },
      { name: 'delete a folder', run: (n) => onFolder(n, ({ id }) => graph('DELETE', `items/${id}`)) },
      {
        name: 'move out and delete the folder',
        run: (n) =>
          onFolder(n, async ({ id, path }) => {
            const inside = files().find((file) => file.path.startsWith(`${path}/`));
            const root = await graph('GET', 'root');
            if (inside) {
              await graph('PATCH', `items/${inside.id}`, {
                parentReference: { id: root['id'] },
                name: `Saved ${made++}`,
              });
            }
            await graph('DELETE', `items/${id}`);
          }),
      },
      {
        name: 'delete and make anew under the same name',
        run: (n) =>
          onFile(n, ({ id, path }) => {
            drives.remove(driveId, id);
            put(path, bytes(40, ++made));
          }),
      },
    ],
    editMetadata: async () => {
      for (const { id } of files()) await graph('PATCH', `items/${id}`, { name: `Renamed ${made++}.txt` });
      for (const { id } of folders().slice(0, 1))
        await graph('PATCH', `items/${id}`, { name: 'Renamed folder' });
    },
    truth: () =>
      new Map(
        files().map(({ id, path, sha256 }) => {
          const names = path.split('/').slice(1);
          return [id, { path: names.slice(0, -1).join('/'), name: names.at(-1) ?? '', sha256: sha256 ?? '' }];
        }),
      ),
    deleteItem: (id) => graph('DELETE', `items/${id}`),
    expireCursors: () => drives.expireDeltaTokens(driveId),
    loseEverything: () => {
      for (const { id } of items()) drives.remove(driveId, id);
    },
    fields: (folder) => {
      const prefix = folder === '' ? '/' : `/${folder}/`;
      const inside = items().filter(({ path }) => path.startsWith(prefix));
      return new Map(
        inside.map((item) => {
          const { id: _, path, createdDateTime, lastModifiedDateTime, ...rest } = item;
          const dates = rest.kind === 'file' ? { createdDateTime, lastModifiedDateTime } : {};
          return [path.slice(prefix.length), { ...rest, ...dates }];
        }),
      );
    },
    contentRequests: () => contents,
    sent: () => tenant.world.outbox.sent.length,
  };
}
