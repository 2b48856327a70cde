/** A mailbox of the simulated tenant, as the workload suite handles it. */
import { createMailWorkload } from '../../workers/workloads/mail/index.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { appToken, call } from '../unit/tenant/core/clients.ts';
import { amy, smallTenant } from '../unit/tenant/core/start.ts';
import { richMails, simpleMail } from './mail-samples.ts';
import { allRights, depsOf, graphClient } from './workload-world.ts';
import type { Side } from './workload.suite.ts';

export interface MailSide extends Side {
  readonly tenant: Tenant;
  readonly userId: string;
  graph(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
}

const ids = { Prefer: 'IdType="ImmutableId"' };
/** What a new message gets from the service and no client can set (docs/restore-fields.md). */
const sourceProperty = 'HoldfastSource';

export async function createMailSide(roles: readonly string[] = allRights): Promise<MailSide> {
  const tenant = await smallTenant({ limits: 'none' });
  const { mail } = tenant.world;
  const user = tenant.world.directory.user(amy);
  const userId = user?.id ?? '';
  const token = await appToken(tenant, allRights);
  let contents = 0;
  const counted: Tenant = {
    ...tenant,
    fetch: (request) => {
      if (/\$value/.test(request.url)) contents++;
      return tenant.fetch(request);
    },
  };
  const graph = async (method: string, path: string, body?: unknown) => {
    const { json, status } = await call(tenant, token, `/users/${userId}/${path}`, {
      method,
      body,
      headers: ids,
    });
    if (status >= 400) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
    return json;
  };
  let made = 0;
  /** Without hidden folders, which are not backed up: among them what was deleted from Deleted Items. */
  const state = () => {
    const { folders, messages } = mail.state(userId);
    const hidden = new Set(folders.filter(({ isHidden }) => isHidden).map(({ path }) => path));
    return { folders, messages: messages.filter(({ folderPath }) => !hidden.has(folderPath)) };
  };
  const messageAt = (choice: number) => {
    const { messages } = state();
    return messages[choice % Math.max(1, messages.length)];
  };
  const ownFolders = () => state().folders.filter((folder) => !folder.wellKnownName && !folder.isHidden);
  const folderAt = (choice: number) => {
    const folders = state().folders.filter((folder) => !folder.isHidden && folder.path !== '');
    return folders[choice % folders.length]?.id ?? '';
  };
  const deliver = (folder: string, days = made) =>
    mail.deliver(userId, folder, simpleMail(made++, days), { isRead: made % 2 === 0 });
  const onMessage = async (
    choice: number,
    work: (id: string) => Promise<unknown> | unknown,
  ): Promise<void> => {
    const message = messageAt(choice);
    if (message) await work(message.id);
  };
  const patch = (id: string, body: unknown) => graph('PATCH', `messages/${id}`, body);

  return {
    tenant,
    userId,
    graph,
    account: { id: userId, userPrincipalName: amy, displayName: 'Amy' },
    deps: depsOf(await graphClient(counted, roles)),
    workload: createMailWorkload,
    severalPages: 450,
    fill(count) {
      const folders = ['Inbox', 'Inbox/Projects', 'Inbox/Projects/2026', 'Sent Items', 'Ärger & Söhne'];
      for (let i = 0; i < count; i++)
        deliver(folders[count > 100 ? i % 2 : i % folders.length] ?? 'Inbox', i);
    },
    fillRichly: () => richMails(tenant, userId, graph),
    edits: [
      { name: 'deliver', run: async (n) => void deliver(n % 2 ? 'Inbox' : `Inbox/New ${n % 3}`) },
      { name: 'read', run: (n) => onMessage(n, (id) => patch(id, { isRead: n % 2 === 0 })) },
      {
        name: 'categorise',
        run: (n) => onMessage(n, (id) => patch(id, { categories: [`Colour ${n % 4}`] })),
      },
      {
        name: 'clear',
        run: (n) => onMessage(n, (id) => patch(id, { categories: [], flag: { flagStatus: 'notFlagged' } })),
      },
      { name: 'flag', run: (n) => onMessage(n, (id) => patch(id, { flag: { flagStatus: 'flagged' } })) },
      {
        name: 'move',
        run: (n) =>
          onMessage(n, (id) => graph('POST', `messages/${id}/move`, { destinationId: folderAt(n * 3) })),
      },
      { name: 'delete', run: (n) => onMessage(n, (id) => graph('DELETE', `messages/${id}`)) },
      { name: 'destroy', run: (n) => onMessage(n, (id) => void mail.remove(userId, id)) },
      {
        name: 'rename a folder',
        run: async (n) => {
          const folder = ownFolders()[n % Math.max(1, ownFolders().length)];
          if (folder) await graph('PATCH', `mailFolders/${folder.id}`, { displayName: `Renamed ${made++}` });
        },
      },
      {
        name: 'move out and destroy the folder',
        run: async (n) => {
          const folder = ownFolders()[n % Math.max(1, ownFolders().length)];
          const inside = state().messages.find(({ folderPath }) => folderPath === folder?.path);
          if (inside) await graph('POST', `messages/${inside.id}/move`, { destinationId: 'inbox' });
          if (folder) mail.removeFolder(userId, folder.path);
        },
      },
    ],
    editMetadata: async () => {
      for (const { id } of state().messages) {
        await patch(id, { isRead: true });
        await patch(id, { importance: 'high', categories: ['Blue'], flag: { flagStatus: 'flagged' } });
      }
    },
    truth: () =>
      new Map(
        state().messages.map(({ id, folderPath, subject, sha256 }) => [
          id,
          { path: folderPath, name: subject, sha256 },
        ]),
      ),
    deleteItem: (id) => graph('DELETE', `messages/${id}`),
    expireCursors: () => mail.forgetSyncState(userId),
    loseEverything: () => {
      for (const { id } of state().messages) mail.remove(userId, id);
      for (const { path } of ownFolders().toSorted((a, b) => b.path.length - a.path.length)) {
        mail.removeFolder(userId, path);
      }
    },
    fields: (folder) => {
      const inside = state().messages.filter(
        ({ folderPath }) => folder === '' || `${folderPath}/`.startsWith(`${folder}/`),
      );
      const start = folder === '' ? 0 : folder.length + 1;
      return new Map(
        inside.map((message) => [
          `${message.folderPath.slice(start)}: ${message.subject}`,
          comparable(message),
        ]),
      );
    },
    contentRequests: () => contents,
    sent: () => tenant.world.outbox.sent.length,
  };
}

type Message = ReturnType<Tenant['world']['mail']['state']>['messages'][number];

function comparable(message: Message): unknown {
  const {
    id: _id,
    sha256: _mime,
    folderPath: _path,
    attachments,
    singleValueExtendedProperties,
    ...rest
  } = message;
  return {
    ...rest,
    singleValueExtendedProperties: singleValueExtendedProperties.filter(
      ({ id }) => !id.endsWith(sourceProperty),
    ),
    // An attached message is written anew by the service: equal as a message, not as MIME.
    attachments: attachments.map((one) => (one.contentType === null ? { ...one, size: 0, sha256: '' } : one)),
  };
}
