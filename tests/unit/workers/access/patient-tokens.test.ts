import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPatientTokens, type PatientTokens } from '../../../../workers/access/patient-tokens.ts';
import { failure } from '../../../../workers/kernel/failure.ts';
import type { Result } from '../../../../workers/kernel/result.ts';
import { personPort, type PersonPort } from '../../../contract/person-port.ts';
import { call } from '../../tenant/core/clients.ts';
import { amy } from '../../tenant/core/start.ts';
import { createWorldWith, steppingClock, tidyUp } from './tenant-world.ts';

type World = Awaited<ReturnType<typeof createWorldWith>>;

const minute = 60_000;
const hour = 60 * minute;

let world: World;
let port: PersonPort;
let tokens: PatientTokens;
beforeEach(async () => {
  world = await createWorldWith();
  port = personPort(world.tenant, amy);
  tokens = open();
});
afterEach(tidyUp);

const open = (account = idOf(amy)) =>
  createPatientTokens(
    port,
    {
      clientId: world.tenant.clientIds.registrator,
      scopes: ['User.Read', 'Tasks.ReadWrite'],
      tenantId: world.tenant.tenantId,
      account,
    },
    { clock: steppingClock },
  );
const idOf = (upn: string) => world.tenant.world.directory.user(upn)?.id ?? '';
const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);
const codeOf = <T>(result: Result<T>) => (result.ok ? 'ok' : result.error.code);

/** Works once a quarter of an hour until `end`, as a run does; the tenant has to take each token. */
async function work(end: number): Promise<void> {
  for (const start = Date.now(); Date.now() - start < end; pass(15 * minute)) {
    const token = await tokens.patient.token();
    if (!token.ok) throw new Error(token.error.code);
    expect((await call(world.tenant, token.value, '/me')).status).toBe(200);
  }
}

/** Lets whatever can go on go on. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('work that outlives its sign-in', () => {
  it('goes on for three hours without asking anybody', async () => {
    await tokens.signInAgain();
    await work(3 * hour);
    expect([port.prompts, tokens.waiting()]).toEqual([1, null]);
  });

  it('waits once a day has passed, until one click', async () => {
    const told = vi.fn();
    tokens.observe(told);
    await tokens.signInAgain();
    told.mockClear();
    await work(24 * hour);
    expect([port.prompts, told.mock.calls.length]).toEqual([1, 0]);
    pass(90 * minute);
    const others = [tokens.patient.token(), tokens.patient.token()];
    await settled();
    expect(tokens.waiting()).toEqual({
      tenantId: world.tenant.tenantId,
      why: 'day-ended',
      since: new Date(Date.now()).toISOString(),
    });
    expect([port.prompts, told.mock.calls.length]).toEqual([1, 1]);
    expect(codeOf(await tokens.signInAgain())).toBe('ok');
    expect((await Promise.all(others)).map(codeOf)).toEqual(['ok', 'ok']);
    expect([port.prompts, tokens.waiting(), told.mock.calls.length]).toEqual([2, null, 2]);
    await work(20 * hour);
    expect(port.prompts).toBe(2);
  });

  it('asks when the first token ends, where the sign-in cannot be renewed', async () => {
    port.staysSignedIn = false;
    await tokens.signInAgain();
    await work(hour);
    pass(30 * minute);
    const waiting = tokens.patient.token();
    await settled();
    expect([port.prompts, tokens.waiting()?.why]).toEqual([1, 'first-token-ended']);
    await tokens.signInAgain();
    expect(codeOf(await waiting)).toBe('ok');
  });

  it('says what else has ended it', async () => {
    const waiting = tokens.patient.token();
    await settled();
    expect(tokens.waiting()?.why).toBe('signed-out');
    await tokens.signInAgain();
    await waiting;
    await work(2 * hour);
    pass(minute);
    world.tenant.world.entra.revokedBefore.set(idOf(amy), Date.now());
    pass(90 * minute);
    void tokens.patient.token();
    await settled();
    expect(tokens.waiting()?.why).toBe('taken-back');
  });
});

it('does not blame a first token that was taken back before its end', async () => {
  await tokens.signInAgain();
  const token = await tokens.patient.token();
  pass(5 * minute);
  world.tenant.world.entra.revokedBefore.set(idOf(amy), Date.now());
  tokens.patient.invalidate(token.ok ? token.value : '');
  void tokens.patient.token('{"access_token":{}}');
  await settled();
  expect(tokens.waiting()?.why).toBe('taken-back');
});

describe('the click', () => {
  it('may be given up, and the work waits on', async () => {
    const waiting = tokens.patient.token();
    await settled();
    port.willing = false;
    expect(codeOf(await tokens.signInAgain())).toBe('sign-in/cancelled-by-user');
    expect(tokens.waiting()).not.toBeNull();
    port.willing = true;
    await tokens.signInAgain();
    expect(codeOf(await waiting)).toBe('ok');
  });

  it('counts for the account of the work alone', async () => {
    const waiting = tokens.patient.token();
    await settled();
    port.upn = 'carl@contoso.example';
    expect(codeOf(await tokens.signInAgain())).toBe('sign-in/other-account');
    expect(tokens.waiting()).not.toBeNull();
    port.upn = amy;
    await tokens.signInAgain();
    expect(codeOf(await waiting)).toBe('ok');
  });
});

it('ends what waits where somebody else takes the place of its person', async () => {
  const waiting = tokens.patient.token();
  await settled();
  tokens.giveUp(failure('sign-in/other-account', 'somebody else has signed in'));
  expect(codeOf(await waiting)).toBe('sign-in/other-account');
  expect(tokens.waiting()).toBeNull();
});

it('answers a screen at once', async () => {
  expect(codeOf(await tokens.prompt.token())).toBe('sign-in/interaction-required');
  expect([port.prompts, tokens.waiting()]).toEqual([0, null]);
});
