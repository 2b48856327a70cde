import { describe, expect, it } from 'vitest';
import type { GraphClient } from '../../../../workers/graph/client.ts';
import { createBackupBoard } from '../../../../workers/jobs/backup-board.ts';
import { createLane } from '../../../../workers/jobs/lane.ts';
import { createRunControl } from '../../../../workers/jobs/run-control.ts';
import { failure } from '../../../../workers/kernel/failure.ts';
import { virtualClock } from './fakes/clock.ts';
import { mailWorkload } from './fakes/stored.ts';

function setUp(ownersLane?: string) {
  const clock = virtualClock();
  const lanes = ['ann', 'bob'].map((id) => {
    const account = { id, userPrincipalName: `${id}@contoso.test`, displayName: id };
    // The board never touches the client.
    const asOwner = id === ownersLane ? ({} as GraphClient) : undefined;
    const part = { account, workload: mailWorkload, ...(asOwner && { asOwner }) };
    const lane = createLane(part, clock);
    return Object.assign(lane, { listed: true, pending: 100, pendingBytes: 1_000_000 });
  });
  const board = createBackupBoard({
    clock,
    control: createRunControl(),
    throttling: { waiting: () => null, observe: () => () => {} },
    asking: { waiting: () => wait, observe: () => () => {} },
    lanes,
    expected: () => undefined,
  });
  return { clock, lanes, board };
}

const wait = { tenantId: 'contoso', why: 'day-ended', since: '2026-11-25T10:00:00.000Z' } as const;

/** Half a second an item, two at once. */
function fetchItems({ clock, board }: ReturnType<typeof setUp>, count: number): void {
  for (let n = 0; n < count; n++) {
    clock.advance(250);
    board.timeLeft.done(clock.now() - 500, 0);
    board.meter.add(1, 0);
  }
}

describe('what a backup shows', () => {
  it('is how fast it goes and how long the rest will take', () => {
    const scene = setUp();
    fetchItems(scene, 200);
    const { itemsPerSecond, etaMs, etaReason } = scene.board.snapshot();
    expect(itemsPerSecond).toBeCloseTo(4, 0);
    expect(etaMs).toBeGreaterThan(48_000);
    expect(etaMs).toBeLessThan(60_000);
    expect(etaReason).toBe("the service's request limit");
  });

  it('counts nothing of an account that was given up as time still to come', () => {
    const scene = setUp();
    const { board, lanes } = scene;
    fetchItems(scene, 200);
    const before = board.snapshot().etaMs ?? 0;
    for (const lane of lanes.slice(0, 1)) lane.failure = failure('graph/throttled', 'for too long');
    const { itemsKnown, etaMs } = board.snapshot();
    expect(itemsKnown).toBe(200);
    expect(etaMs).toBeCloseTo(before / 2, -1);
    for (const lane of lanes.slice(1)) Object.assign(lane, { pending: 0, pendingBytes: 0 });
    expect(board.snapshot()).toMatchObject({ etaMs: 0 });
  });

  it('is that it waits for a sign-in at once where all rests on it, else once nothing else is at work', () => {
    expect(setUp().board.snapshot()).toMatchObject({ phase: 'asking', asking: wait });
    const { board, lanes } = setUp('bob');
    expect(board.snapshot()).toMatchObject({ phase: 'listing', asking: wait });
    for (const lane of lanes.slice(0, 1)) lane.state = 'done';
    expect(board.snapshot()).toMatchObject({ phase: 'asking', asking: wait });
  });
});
