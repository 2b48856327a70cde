import { object, string } from 'valibot';
import { describe, expect, it } from 'vitest';
import type { GraphClient } from '../../../../workers/graph/client.ts';
import { graphError, json, setUp } from './fixtures.ts';

const item = object({ id: string() });
const root = 'https://graph.microsoft.com/v1.0';

async function walk(client: GraphClient, path: string, headers: Record<string, string> = {}) {
  const ids: string[] = [];
  let end = 'ok';
  let deltaLink: string | undefined;
  for await (const page of client.pages(path, item, { pool: 'mailbox:a', headers })) {
    if (!page.ok) end = page.error.code;
    else {
      ids.push(...page.value.items.map(({ id }) => id));
      deltaLink = page.value.deltaLink;
    }
  }
  return { ids, end, deltaLink };
}

describe('pages', () => {
  it('follow links verbatim, over empty pages, to the delta link', async () => {
    const pages = [
      {
        value: [{ id: '1' }],
        '@odata.nextLink': `${root}/users/a/messages/delta?$skiptoken=B%2b&$select=id`,
      },
      { value: [], '@odata.nextLink': `${root}/users/a/messages/delta?$skiptoken=C` },
      { value: [{ id: '2' }], '@odata.deltaLink': `${root}/users/a/messages/delta?$deltatoken=D` },
    ];
    const { client, seen } = setUp((_, count) => json(pages[count - 1]));
    expect(await walk(client, '/users/a/messages/delta?$select=id')).toEqual({
      ids: ['1', '2'],
      end: 'ok',
      deltaLink: `${root}/users/a/messages/delta?$deltatoken=D`,
    });
    expect(seen.slice(1).map(({ url }) => url)).toEqual(
      pages.slice(0, 2).map((page) => page['@odata.nextLink']),
    );
  });

  it('do not go round for ever', async () => {
    const loop = (seen: { url: string }) =>
      json({
        value: [{ id: 'x' }],
        '@odata.nextLink': `${root}/users?page=${seen.url.endsWith('page=1') ? 2 : 1}`,
      });
    const { client, seen } = setUp(loop);
    expect(await walk(client, '/users')).toEqual({
      ids: ['x', 'x', 'x'],
      end: 'graph/page-loop',
      deltaLink: undefined,
    });
    expect(seen).toHaveLength(3);
  });

  it('do not follow a link to another host', async () => {
    const { client, seen } = setUp(() =>
      json({ value: [{ id: '1' }], '@odata.nextLink': 'https://evil.example/v1.0/users' }),
    );
    expect(await walk(client, '/users')).toMatchObject({ ids: ['1'], end: 'graph/untrusted-link' });
    expect(seen).toHaveLength(1);
  });

  it('get smaller where the service fails over them, and stay so', async () => {
    const sizeOf = (headers: Headers) => Number(/maxpagesize=(\d+)/.exec(headers.get('prefer') ?? '')?.[1]);
    const { client, seen } = setUp(({ headers, url }) => {
      if (sizeOf(headers) > 10) return graphError(504, 'UnknownError');
      return json({
        value: [{ id: 'x' }],
        ...(url.includes('next') ? {} : { '@odata.nextLink': `${root}/users?next` }),
      });
    });
    const walked = await walk(client, '/users', { Prefer: 'odata.maxpagesize=50' });
    expect(walked).toMatchObject({ ids: ['x', 'x'], end: 'ok' });
    expect(seen.map(({ headers }) => sizeOf(headers))).toEqual([50, 50, 50, 20, 20, 20, 10, 10]);
    expect(seen.at(-1)?.headers.get('prefer')).toBe('odata.maxpagesize=10, IdType="ImmutableId"');
  });

  it('keep what came before a failure', async () => {
    const { client } = setUp((_, count) =>
      count === 1
        ? json({ value: [{ id: '1' }], '@odata.nextLink': `${root}/users?2` })
        : graphError(410, 'SyncStateNotFound'),
    );
    expect(await walk(client, '/users')).toMatchObject({ ids: ['1'], end: 'graph/resync-required' });
  });
});
