/** What a restore of the directory loses, told of each item: over a directory in which nothing is but what it makes. */
import { expect, it } from 'vitest';
import type { GraphClient } from '../../../../../workers/graph/client.ts';
import { utf8 } from '../../../../../workers/kernel/bytes.ts';
import { failure } from '../../../../../workers/kernel/failure.ts';
import { err, ok } from '../../../../../workers/kernel/result.ts';
import type { Row } from '../../../../../workers/repository/model.ts';
import { createDirectoryRestore } from '../../../../../workers/workloads/directory/restore.ts';
import type { ContentSource, WorkloadDeps } from '../../../../../workers/workloads/workload.ts';

const facts = {
  id: 'g1',
  displayName: 'Sales',
  securityEnabled: true,
  groupTypes: ['DynamicMembership'],
  membershipRule: 'user.department -eq "Sales"',
  members: ['u1', 'u2'],
};

it('a group with a rule that is made anew says that the rule is lost', async () => {
  let made: object = {};
  const gone = err(failure('graph/not-found', '', { facts: { graphCode: 'Request_ResourceNotFound' } }));
  const graph = {
    get: (path: string) =>
      Promise.resolve(
        path.includes('$filter=')
          ? ok({ value: [] })
          : path.startsWith('/groups/new')
            ? ok({ ...made, id: 'new' })
            : gone,
      ),
    send: (_method: string, _path: string, body: object) => {
      made = body;
      return Promise.resolve(ok({ id: 'new' }));
    },
    async *pages() {
      yield ok({ items: [] });
    },
  } as unknown as GraphClient;
  const deps = { graph, asAdmin: graph, signal: new AbortController().signal } as unknown as WorkloadDeps;
  const bytes = utf8(JSON.stringify(facts));
  const content = {
    async *read() {
      yield ok(bytes);
    },
  } as unknown as ContentSource;
  const row = {
    item: 'g1',
    folder: 'groups',
    name: 'Sales',
    parts: [{ role: 'object', size: bytes.length }],
  };
  const target = { account: { id: 't', userPrincipalName: '', displayName: '' }, folder: 'directory' };
  const put = await createDirectoryRestore().putItem(
    { target, folder: 'groups' },
    row as unknown as Row,
    content,
    deps,
  );
  expect(put).toMatchObject({
    ok: true,
    value: { id: 'new', losses: ['members: set the rule again in Entra: user.department -eq "Sales"'] },
  });
});
