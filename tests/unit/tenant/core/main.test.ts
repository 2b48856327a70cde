import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Json } from './clients.ts';

const command = 'tests/run/tenant.mjs';

/** Runs the command until it has printed a line, or ended. */
function run(
  args: readonly string[],
  [program = process.execPath, ...before]: readonly string[] = [process.execPath, command],
) {
  const child = spawn(program, [...before, ...args]);
  const errors: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const line = new Promise<string>((resolve) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
    void ended.then(() => resolve(text));
  });
  return { child, line, ended, errors };
}

it('says on one line where it is, obeys its options and ends when told to', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tenant-main-'));
  const faults = join(folder, 'faults.json');
  writeFileSync(faults, '[{"match":{"host":"login.microsoftonline.com"},"answer":{"status":503}}]');
  mkdirSync(join(folder, 'amy@wood.example/files'), { recursive: true });
  for (const name of ['CON', 'plan.txt']) writeFileSync(join(folder, 'amy@wood.example/files', name), '');
  const redirect = 'https://app.example/auth/redirect.html';
  const { child, line, ended, errors } = run([
    '--port',
    '0',
    '--seed',
    folder,
    '--faults',
    faults,
    '--redirect',
    redirect,
  ]);
  const ready = JSON.parse(await line) as { urls: Record<string, string>; oracle: string } & Json;
  expect(ready).toMatchObject({
    ready: true,
    accounts: [{ roles: ['Global Administrator'] }, { userPrincipalName: 'amy@wood.example' }],
    seed: { mails: 0, files: 2, renamed: 1, dropped: 1 },
  });
  expect(errors.join('')).toContain('CON" is reserved: renamed to "_CON"\n');
  expect(errors.join('')).toContain('faults.json" is in no place a tenant is made from: left out\n');
  expect((await fetch(`${ready.urls['login']}/common/discovery/v2.0/keys`)).status).toBe(503);
  await fetch(`${ready.oracle}/faults`, { method: 'DELETE' });
  const { registrator } = ready['clientIds'] as { registrator: string };
  const query = new URLSearchParams({
    client_id: registrator,
    redirect_uri: redirect,
    response_type: 'token',
  });
  const authorize = await fetch(`${ready.urls['login']}/common/oauth2/v2.0/authorize?${query}`, {
    redirect: 'manual',
  });
  expect(authorize.headers.get('location')?.startsWith(redirect)).toBe(true);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  rmSync(folder, { recursive: true });
}, 30_000);

it.each([
  ['--size', 'enormous'],
  ['--accounts', 'many'],
  ['--accounts', '20', '--seed', tmpdir()],
])(
  'refuses options that make no sense: %s %s',
  async (...options) => {
    const { ended } = run(options);
    expect(await ended).toBe(1);
  },
  30_000,
);

it.each([
  ['is not there', '/nonexistent/seed', 'There is no such folder'],
  ['is a file', command, 'It is a file, not a folder'],
])(
  'starts no tenant from a seed that %s',
  async (_, seed, why) => {
    const { child, line, ended, errors } = run(['--port', '0', '--seed', seed]);
    // A tenant that starts nevertheless prints its line and stays.
    if ((await line) !== '') child.kill('SIGTERM');
    expect(await ended).toBe(2);
    expect(errors.join('')).toBe(`--seed ${seed}: ${why}.\n`);
  },
  30_000,
);

it.runIf(process.platform !== 'win32').each(['SIGTERM', 'SIGINT'] as const)(
  'ends with npm, which was told to by %s',
  async (signal) => {
    const { child, line, ended } = run(['--port', '0'], ['npm', 'run', '--silent', 'tenant', '--']);
    const { oracle } = JSON.parse(await line) as { oracle: string };
    child.kill(signal);
    const late = new Promise((resolve) => setTimeout(resolve, 5_000, 'late'));
    const isStopped = (await Promise.race([ended, late])) !== 'late';
    const answer = await fetch(`${oracle}/clock`).then(
      () => 'answers',
      () => 'gone',
    );
    expect([isStopped, answer]).toEqual([true, 'gone']);
  },
  30_000,
);
