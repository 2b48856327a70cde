import { describe, expect, it } from 'vitest';
import { ok } from '../../workers/kernel/result.ts';
import type { Row } from '../../workers/repository/model.ts';
import { createMailSide, type MailSide } from './mail-side.ts';
import { Copy } from './workload-world.ts';
import { workloadSuite } from './workload.suite.ts';

workloadSuite('mail', createMailSide);

async function stored(side: MailSide): Promise<Copy> {
  const copy = new Copy(side.workload(), side.account, side.deps);
  await copy.list();
  await copy.fetchAll();
  return copy;
}
const named = (copy: Copy, name: string): Row => {
  const row = [...copy.rows.values()].find((one) => one.name === name);
  if (!row) throw new Error(`no message ${name}`);
  return row;
};
async function open(copy: Copy, name: string) {
  const target = await copy.workload.restore.openTarget(copy.account, name, copy.deps);
  if (!target.ok) throw new Error(target.error.detail);
  return { target: target.value, folder: target.value.folder };
}

describe('a message that Exchange cannot read', () => {
  it('is skipped with its documented cause, and the others are stored', async () => {
    const side = await createMailSide();
    side.fill(3);
    const [bad] = side.truth().keys();
    side.tenant.world.mail.markCorrupt(side.userId, bad ?? '');
    const copy = new Copy(side.workload(), side.account, side.deps);
    await copy.list();
    expect(await copy.fetchAll()).toMatchObject([
      { kind: 'skipped', cause: 'corrupt-item', row: { item: bad } },
    ]);
    expect([...copy.rows.values()].map(({ state }) => state).toSorted()).toEqual([
      'skipped',
      'stored',
      'stored',
    ]);
  });
});

describe('an account without a mailbox', () => {
  it('is a failure of its own', async () => {
    const side = await createMailSide();
    const { directory, mail } = side.tenant.world;
    const guest = directory.users().find(({ id }) => !mail.hasMailbox(id));
    const copy = new Copy(side.workload(), { ...side.account, id: guest?.id ?? '' }, side.deps);
    expect(await copy.list()).toMatchObject({ ok: false, error: { code: 'graph/no-mailbox' } });
  });
});

describe('a restore that was killed between two attachments', () => {
  it('is finished by the next one, without a second copy of anything', async () => {
    const side = await createMailSide();
    await side.fillRichly();
    const copy = await stored(side);
    const row = named(copy, 'Two attachments of one name');
    const place = await open(copy, 'Back');
    let posts = 0;
    const { graph } = copy.deps;
    const dying = {
      ...graph,
      send: ((...call: Parameters<typeof graph.send>) =>
        call[1].endsWith('/attachments') && ++posts === 2
          ? Promise.resolve({ ok: false, error: { code: 'job/cancelled', retry: 'no', detail: 'killed' } })
          : graph.send(...call)) as typeof graph.send,
    };
    const put = (deps = copy.deps) => copy.workload.restore.putItem(place, row, copy.store, deps);
    expect(await put({ ...copy.deps, graph: dying })).toMatchObject({
      ok: false,
      error: { code: 'job/cancelled' },
    });
    expect(await put()).toMatchObject({ ok: true, value: { created: false } });
    expect(await put()).toMatchObject({ ok: true, value: { created: false } });
    const before = side.fields('').get(`${copy.pathOf(row.folder)}: ${row.name}`);
    const back = [...side.fields('Back').values()] as { attachments: { sha256: string }[] }[];
    expect(back).toHaveLength(1);
    const hashes = (of: unknown) =>
      (of as { attachments: { sha256: string }[] }).attachments.map((one) => one.sha256);
    expect(hashes(back[0]).toSorted()).toEqual(hashes(before).toSorted());
  });
});

describe('what a restore creates', () => {
  it('is compared field by field: a changed field is named', async () => {
    const side = await createMailSide();
    side.fill(1);
    const copy = await stored(side);
    const [row] = copy.rows.values();
    if (!row) throw new Error('no message');
    const place = await open(copy, 'Back');
    const put = await copy.workload.restore.putItem(place, row, copy.store, copy.deps);
    if (!put.ok) throw new Error(put.error.detail);
    await side.graph('PATCH', `messages/${put.value.id}`, {
      categories: ['Other'],
      isRead: true,
      importance: 'low',
    });
    expect(await copy.workload.restore.compare(place.target, put.value, row, copy.deps)).toEqual(
      ok(['importance', 'categories', 'isRead']),
    );
  });

  it('keeps drafts drafts and everything else sent or received', async () => {
    const side = await createMailSide();
    await side.fillRichly();
    const copy = await stored(side);
    const place = await open(copy, 'Back');
    for (const row of copy.rows.values())
      await copy.workload.restore.putItem(place, row, copy.store, copy.deps);
    const drafts = [...side.fields('Back').values()].filter(
      (message) => (message as { isDraft: boolean }).isDraft,
    );
    expect(drafts).toMatchObject([{ subject: 'A draft' }]);
    expect(side.sent()).toBe(0);
  });
});
