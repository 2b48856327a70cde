import { describe, expect, it } from 'vitest';
import type { Row } from '../../../../../workers/repository/model.ts';
import { createMailWorkload } from '../../../../../workers/workloads/mail/index.ts';
import { Copy } from '../../../../contract/workload-world.ts';
import { Refusal, scriptedGraph, type Asked } from '../scripted-graph.ts';

const account = { id: 'amy', userPrincipalName: 'amy@contoso.example', displayName: 'Amy' };

const message = (id: string, more: Record<string, unknown> = {}) => ({
  id,
  subject: `About ${id}`,
  from: { emailAddress: { name: 'Cleo', address: 'cleo@fabrikam.example' } },
  toRecipients: [],
  receivedDateTime: '2026-01-02T03:04:05Z',
  sentDateTime: '2026-01-02T03:04:00Z',
  isRead: false,
  categories: ['Red'],
  internetMessageId: `<${id}@fabrikam.example>`,
  bodyPreview: 'Hello',
  changeKey: `key-${id}`,
  singleValueExtendedProperties: [{ id: 'Integer 0xe08', value: '123' }],
  ...more,
});
const gone = (id: string) => ({ id, '@removed': { reason: 'deleted' } });
const folders = ['inbox', 'archive', 'third'].map((id) => ({ id, displayName: id, parentFolderId: 'root' }));

/** Answers the folder questions; `pages` gives the messages of a folder by the link asked for. */
function mailbox(pages: (folder: string, asked: Asked) => unknown, listed: readonly unknown[] = folders) {
  return scriptedGraph((asked) => {
    const { path } = asked;
    if (path.startsWith('/users/amy/mailFolders/delta') || path === 'folders-again') {
      return {
        value: path === 'folders-again' ? listed.slice(folders.length) : listed,
        '@odata.deltaLink': 'folders-again',
      };
    }
    const known = /^\/users\/amy\/mailFolders\/(\w+)\?/.exec(path)?.[1];
    if (known === 'msgfolderroot') return { id: 'root', displayName: 'Top' };
    if (known !== undefined) return known === 'inbox' ? { id: 'inbox' } : new Refusal('graph/not-found');
    const folder = /mailFolders\/(\w+)\/messages/.exec(path)?.[1] ?? path.split('-')[0] ?? '';
    return pages(folder, asked);
  });
}

const whole = (folder: string, ...messages: readonly unknown[]) => ({
  value: messages,
  '@odata.deltaLink': `${folder}-delta`,
});

/** A copy that has stored `a` in the inbox and `b` in the archive. */
async function storedCopy(later: (folder: string, asked: Asked) => unknown, more: readonly unknown[] = []) {
  let first = true;
  const graph = mailbox(
    (folder, asked) => {
      if (!first) return later(folder, asked);
      return whole(
        folder,
        ...(folder === 'inbox' ? [message('a')] : folder === 'archive' ? [message('b')] : []),
      );
    },
    [...folders, ...more],
  );
  const copy = new Copy(createMailWorkload(), account, graph.deps);
  await copy.list();
  for (const row of copy.rows.values()) copy.rows.set(row.item, stored(row));
  first = false;
  return { copy, graph };
}
const stored = (row: Row): Row => ({
  ...row,
  state: 'stored',
  parts: [{ role: 'mime-frame', blobs: [], size: 1 }],
});

describe('the folders of a mailbox', () => {
  it('are those that hold mail: not hidden ones, not searches, and the root once', async () => {
    const graph = mailbox(
      (folder) => whole(folder),
      [
        ...folders,
        { id: 'secret', displayName: 'Settings', parentFolderId: 'root', isHidden: true },
        {
          id: 'search',
          displayName: 'Unread',
          parentFolderId: 'root',
          '@odata.type': '#microsoft.graph.mailSearchFolder',
        },
        { id: 'orphan', displayName: 'Orphan', parentFolderId: 'secret' },
      ],
    );
    const copy = new Copy(createMailWorkload(), account, graph.deps);
    await copy.list();
    expect([...copy.folders()].map(({ id, parent, role }) => [id, parent, role])).toEqual([
      ['root', undefined, 'msgfolderroot'],
      ['inbox', 'root', 'inbox'],
      ['archive', 'root', undefined],
      ['third', 'root', undefined],
      ['orphan', 'root', undefined],
    ]);
  });

  it('are not listed without their roles where one could not be asked for', async () => {
    const graph = scriptedGraph((asked) =>
      asked.path.includes('mailFolders/inbox?')
        ? new Refusal('graph/throttled', 'later')
        : asked.path.includes('mailFolders/msgfolderroot?')
          ? { id: 'root' }
          : asked.path.includes('mailFolders/delta')
            ? { value: folders, '@odata.deltaLink': 'again' }
            : /mailFolders\/\w+\?/.test(asked.path)
              ? new Refusal('graph/not-found')
              : whole('inbox'),
    );
    const copy = new Copy(createMailWorkload(), account, graph.deps);
    expect(await copy.list()).toMatchObject({ ok: false, error: { code: 'graph/throttled' } });
  });

  it('take their messages and their cursor with them when they are deleted', async () => {
    const { copy } = await storedCopy((folder) => whole(folder), [gone('archive')]);
    await copy.list();
    expect([...copy.rows.keys()]).toEqual(['a']);
    expect(Object.keys(copy.cursors)).not.toContain('messages/archive');
  });
});

describe('a message that moves', () => {
  it.each([
    ['is removed there before it is added here', ['inbox', 'archive']],
    ['is added here before it is removed there', ['archive', 'inbox']],
  ])('and %s keeps its content', async (_, order) => {
    let step = 0;
    const { copy } = await storedCopy((folder) => {
      // One folder is told at once, the other only in a second page, when the first has been applied.
      if (folder === order[1] && step++ === 0) return { value: [], '@odata.nextLink': `${folder}-more` };
      return whole(
        folder,
        ...(folder === 'inbox'
          ? [gone('a')]
          : folder === 'archive'
            ? [message('a', { changeKey: 'moved' })]
            : []),
      );
    });
    await copy.list();
    expect(copy.rows.get('a')).toMatchObject({ folder: 'archive', state: 'stored', version: 'moved' });
    expect(copy.rows.get('a')?.parts).toHaveLength(1);
    expect(copy.pages.flatMap((page) => page.removed ?? [])).toEqual([]);
  });

  it('and comes back to the same folder stays', async () => {
    const { copy } = await storedCopy((folder) =>
      folder === 'inbox' ? whole(folder, gone('a'), message('a', { changeKey: 'back' })) : whole(folder),
    );
    await copy.list();
    expect(copy.rows.get('a')).toMatchObject({ folder: 'inbox', state: 'stored', version: 'back' });
  });

  it('during the run, into a folder that had been read, keeps its content', async () => {
    let moved = false;
    const { copy } = await storedCopy((folder, { path }) => {
      if (folder === 'archive' && !moved) {
        moved = true;
        return { value: [gone('b')], '@odata.deltaLink': 'archive-later' };
      }
      if (path === 'inbox-later' && moved)
        return { value: [message('b', { changeKey: 'moved' })], '@odata.deltaLink': 'inbox-last' };
      return { value: [], '@odata.deltaLink': `${folder}-later` };
    });
    await copy.list();
    expect(copy.rows.get('b')).toMatchObject({ folder: 'inbox', state: 'stored' });
    expect(copy.rows.get('b')?.parts).toHaveLength(1);
    expect(copy.cursors['messages/archive']?.link).toBe('archive-later');
  });

  it('out of the mailbox is gone, and the removal is told again after a run that was cut short', async () => {
    const { copy } = await storedCopy((folder, { path }) =>
      path === 'inbox-delta'
        ? { value: [gone('a')], '@odata.deltaLink': 'inbox-later' }
        : { value: [], '@odata.deltaLink': `${folder}-later` },
    );
    await copy.list(3);
    expect(copy.rows.has('a')).toBe(true);
    await copy.list();
    expect(copy.rows.has('a')).toBe(false);
    expect(copy.cursors['messages/inbox']?.link).toBe('inbox-later');
  });
});

describe('a change', () => {
  it('that names the read state alone leaves everything else as it was', async () => {
    const { copy } = await storedCopy((folder) =>
      folder === 'inbox'
        ? whole(folder, { id: 'a', '@odata.etag': 'W/"read"', isRead: true })
        : whole(folder),
    );
    const before = copy.rows.get('a');
    await copy.list();
    expect(copy.rows.get('a')).toEqual({
      ...before,
      version: 'read',
      meta: { ...before?.meta, isRead: true },
    });
  });

  it.each([
    ['subject', { subject: 'Edited' }],
    ['size', { singleValueExtendedProperties: [{ id: 'Integer 0xe08', value: '124' }] }],
    ['date of sending', { sentDateTime: '2026-01-03T00:00:00Z' }],
    ['draft state', { isDraft: true }],
  ])('of the %s asks for the content again', async (_, change) => {
    const { copy } = await storedCopy((folder) =>
      folder === 'inbox' ? whole(folder, message('a', { changeKey: 'new', ...change })) : whole(folder),
    );
    await copy.list();
    expect(copy.rows.get('a')).toMatchObject({ state: 'pending', parts: [] });
  });

  it('takes flags and categories away again', async () => {
    const { copy } = await storedCopy((folder) =>
      folder === 'inbox'
        ? whole(folder, { id: 'a', categories: [], flag: { flagStatus: 'notFlagged' } })
        : whole(folder),
    );
    expect(copy.rows.get('a')?.meta).toMatchObject({ facts: { categories: ['Red'] } });
    await copy.list();
    expect(copy.rows.get('a')?.meta['facts']).not.toHaveProperty('categories');
  });
});

describe('failures', () => {
  it('of one folder leave the others complete and are told at the end', async () => {
    const { copy } = await storedCopy((folder) =>
      folder === 'inbox'
        ? new Refusal('graph/unavailable', 'later')
        : whole(folder, message(`new-${folder}`)),
    );
    expect(await copy.list()).toMatchObject({ ok: false, error: { code: 'graph/unavailable' } });
    expect([...copy.rows.keys()].toSorted()).toEqual(['a', 'b', 'new-archive', 'new-root', 'new-third']);
  });

  it('of a folder deleted meanwhile are none', async () => {
    const gone = new Refusal('graph/not-found', 'no', { graphCode: 'ErrorItemNotFound' });
    const { copy } = await storedCopy((folder) => (folder === 'inbox' ? gone : whole(folder)));
    expect(await copy.list()).toMatchObject({ ok: true });
  });

  it('of a folder that cannot be found although the mailbox lists it are told of, not those of a deleted one', async () => {
    const missing = new Refusal('graph/not-found', 'no', { graphCode: 'ErrorItemNotFound' });
    const answers = (folder: string) => (folder === 'archive' ? missing : whole(folder));
    const listed = new Copy(createMailWorkload(), account, mailbox(answers).deps);
    await listed.list();
    expect(listed.pages.at(-1)?.unreadFolders).toEqual(['archive']);
    const now: unknown[] = [...folders];
    const deleting = (folder: string) => {
      if (folder === 'archive') now.push(gone('archive'));
      return answers(folder);
    };
    const deleted = new Copy(createMailWorkload(), account, mailbox(deleting, now).deps);
    await deleted.list();
    expect(deleted.pages.at(-1)?.unreadFolders).toBeUndefined();
  });

  it('of a folder with a 404 that names no cause leave the listing unfinished', async () => {
    const { copy } = await storedCopy((folder) =>
      folder === 'inbox' ? new Refusal('graph/not-found') : whole(folder),
    );
    expect(await copy.list()).toMatchObject({ ok: false, error: { code: 'graph/not-found' } });
    expect(copy.rows.has('a')).toBe(true);
  });

  it('of the connection end the listing without calling anything removed', async () => {
    const { copy } = await storedCopy((folder) =>
      folder === 'inbox' ? whole(folder, gone('a')) : new Refusal('network/offline', 'later'),
    );
    expect(await copy.list()).toMatchObject({ ok: false, error: { code: 'network/offline' } });
    expect(copy.rows.has('a')).toBe(true);
  });

  it('of a mailbox that is none are its own', async () => {
    const graph = scriptedGraph(() => new Refusal('graph/no-mailbox'));
    const copy = new Copy(createMailWorkload(), account, graph.deps);
    expect(await copy.list()).toMatchObject({ ok: false, error: { code: 'graph/no-mailbox' } });
    expect(await createMailWorkload().measure(account, graph.deps)).toMatchObject({ ok: false });
  });

  it('to expand sizes are met by a listing without them, which later runs continue', async () => {
    const graph = mailbox((folder, { path }) =>
      path.includes('$expand')
        ? new Refusal('graph/bad-request')
        : whole(folder, ...(folder === 'inbox' ? [message('a')] : [])),
    );
    const copy = new Copy(createMailWorkload(), account, graph.deps);
    expect(await copy.list()).toMatchObject({ ok: true });
    expect(copy.rows.has('a')).toBe(true);
    await copy.list();
    expect(copy.pages.flatMap((page) => page.reset ?? [])).toEqual([]);
  });
});
