/** Mailboxes are measured many at a time, and whole: a long list of folders and a missing mailbox change nothing for the others. */
import { afterEach, expect, it } from 'vitest';
import { createAppTokens } from '../../../../workers/access/app-token.ts';
import { readMailboxSizes } from '../../../../workers/access/mailbox-size.ts';
import { onboard } from '../../../../workers/access/onboard.ts';
import { createWorldWith, relayUrl, tidyUp } from './tenant-world.ts';

afterEach(tidyUp);

const mail = Buffer.from('Subject: x\r\n\r\nhello\r\n');

async function scene() {
  const world = await createWorldWith({ accounts: 60, demo: true, log: true });
  const { install, store } = await world.device('ada@contoso.example');
  const connection = await onboard('read-only', install);
  if (!connection.ok) throw new Error(connection.error.detail);
  const graph = world.graphWith(createAppTokens(connection.value, { ...world.deps, relay: relayUrl, store }));
  const boxes = world.tenant.world.directory.users().filter(({ id }) => world.tenant.world.mail.mailbox(id));
  const bytesOf = (id: string) => world.tenant.world.mail.mailbox(id)?.usedBytes() ?? 0;
  const exchanges = () => world.tenant.log?.exchanges.length ?? 0;
  return { world, graph, ids: boxes.map(({ id }) => id), bytesOf, exchanges };
}

it('takes an exchange for twenty mailboxes, and one more for twenty places that lie deeper', async () => {
  const { world, graph, ids, bytesOf, exchanges } = await scene();
  // Those of the demo have folders of their own.
  const asked = ids.slice(-40);
  for (const id of asked) world.tenant.world.mail.deliver(id, 'Inbox/Orders', mail);
  // The token is there from here on.
  await readMailboxSizes(graph, asked.slice(0, 1));
  const before = exchanges();
  const sizes = await readMailboxSizes(graph, asked);
  expect(exchanges() - before).toBe(4);
  expect([...sizes]).toEqual(asked.map((id) => [id, { ok: true, value: bytesOf(id) }]));
});

it('counts every folder of a long list, and what cannot be measured stands for itself', async () => {
  const { world, graph, ids, bytesOf } = await scene();
  const [many = '', other = ''] = ids;
  for (let at = 0; at < 250; at += 1) world.tenant.world.mail.deliver(many, `Inbox/${at}`, mail);
  const nobody = '11111111-2222-4333-8444-555555555555';
  const sizes = await readMailboxSizes(graph, [many, nobody, other]);
  expect(sizes.get(many)).toEqual({ ok: true, value: bytesOf(many) });
  expect(sizes.get(other)).toEqual({ ok: true, value: bytesOf(other) });
  expect(sizes.get(nobody)).toMatchObject({ ok: false });
});

it('asks nothing where nothing is to be measured', async () => {
  const { graph, exchanges } = await scene();
  const before = exchanges();
  expect((await readMailboxSizes(graph, [])).size).toBe(0);
  expect(exchanges()).toBe(before);
});
