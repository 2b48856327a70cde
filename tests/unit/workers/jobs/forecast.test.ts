import { describe, expect, it } from 'vitest';
import { forecastOf, measureLanes, type LaneForecast } from '../../../../workers/jobs/forecast.ts';
import { failure } from '../../../../workers/kernel/failure.ts';
import type { Account } from '../../../../workers/repository/model.ts';
import { virtualClock } from './fakes/clock.ts';
import { fakeRepository } from './fakes/repository.ts';
import { fakeService, rowOf } from './fakes/workload.ts';

const ann: Account = { id: 'ann', userPrincipalName: 'ann@contoso.test', displayName: 'Ann' };
const mail = (id: string) => ({
  id,
  folder: 'inbox',
  name: id,
  date: '2026-11-20T00:00:00Z',
  body: 'x'.repeat(1000),
});

function setUp() {
  const repository = fakeRepository();
  const service = fakeService();
  const graph = undefined as never;
  const deps = { repository, workloads: [service.workload], graph, clock: virtualClock() };
  const measure = () => measureLanes(deps, [ann], new AbortController().signal);
  return { repository, service, measure };
}

describe('measureLanes', () => {
  it('leaves out what the newest snapshot has already', async () => {
    const { repository, service, measure } = setUp();
    for (const id of ['a', 'b', 'c', 'd']) service.put('ann', mail(id));
    expect(await measure()).toMatchObject({ ok: true, value: [{ items: 4, bytes: 4000 }] });
    const writer = await repository.begin({
      account: ann,
      workload: 'mail',
      run: 'r',
      device: 'd',
      startedAt: '',
    });
    if (!writer.ok) throw new Error(writer.error.code);
    writer.value.apply({ rows: ['a', 'b', 'c'].map((id) => ({ ...rowOf(mail(id)), state: 'stored' })) });
    await writer.value.commit('partial');
    expect(await measure()).toMatchObject({ ok: true, value: [{ items: 1, bytes: 1000, requests: 1 }] });
  });

  it('names what cannot be reached and fails only where nothing can', async () => {
    const { service, measure } = setUp();
    service.failAccount.set('ann', failure('graph/no-mailbox', '404'));
    const lanes = await measure();
    expect(lanes).toMatchObject({ ok: true, value: [{ items: 0, failure: { code: 'graph/no-mailbox' } }] });
    expect(forecastOf([ann], lanes.ok ? lanes.value : []).accounts).toMatchObject([
      { account: 'ann', problems: [{ workload: 'mail', failure: { code: 'graph/no-mailbox' } }] },
    ]);
    service.failAccount.set('ann', failure('relay/unreachable', 'down'));
    expect(await measure()).toMatchObject({ ok: false, error: { code: 'relay/unreachable' } });
  });
});

describe('forecastOf', () => {
  const lane = (more: Partial<LaneForecast>): LaneForecast => ({
    account: 'ann',
    workload: 'mail',
    items: 0,
    bytes: 0,
    requests: 0,
    ...more,
  });

  it.each([
    [lane({ items: 96_000, bytes: 1, requests: 96_000 }), 6_000_000, 'each mailbox'],
    [
      lane({ workload: 'drive', items: 20_000, bytes: 1, requests: 20_000 }),
      1_000_000,
      'all files of a tenant',
    ],
    [lane({ workload: 'drive', items: 1, bytes: 6_250_000_000, requests: 2 }), 1_000_000, 'your connection'],
  ])('takes as long as its narrowest part %#', (narrow, durationMs, reason) => {
    const forecast = forecastOf([ann], [narrow]);
    expect(forecast.durationMs).toBe(durationMs);
    expect(forecast.reason).toContain(reason);
  });

  it('asks for room beyond the content itself', () => {
    const forecast = forecastOf([ann], [lane({ items: 1, bytes: 1_000_000_000 })]);
    expect(forecast.diskNeeded).toBeGreaterThan(1_050_000_000);
    expect(forecast.diskNeeded).toBeLessThan(1_200_000_000);
  });
});
