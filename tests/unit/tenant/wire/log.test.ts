import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { canonicalUrl, hostsOf, knownHost } from '../../../tenant/wire/hosts.ts';
import { appToken, call, type Json } from '../core/clients.ts';
import { amy, smallTenant } from '../core/start.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tenant-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('writes each exchange with its real address, without what opens doors', async () => {
  const log = join(folder, 'log.jsonl');
  const tenant = await smallTenant({ log });
  const token = await appToken(tenant, ['User.Read.All', 'Files.ReadWrite.All']);
  const local = 'http://localhost:4300/graph.microsoft.com/v1.0';
  await tenant
    .fetch(new Request(`${local}/users/${amy}`, { headers: { Authorization: `Bearer ${token}` } }))
    .then((r) => r.text());
  const { json } = await call(tenant, token, `/users/${amy}/drive/root:/a.bin:/content`, {
    method: 'PUT',
    body: { some: 'json' },
    headers: { 'Content-Type': 'application/octet-stream' },
  });
  await tenant.close();
  const text = readFileSync(log, 'utf8');
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Json);
  expect(lines.map((line) => [line['method'], line['status']])).toEqual([
    ['POST', 200],
    ['GET', 200],
    ['PUT', 201],
  ]);
  expect(lines[1]?.['url']).toBe(`https://graph.microsoft.com/v1.0/users/${amy}`);
  expect(JSON.parse(String(lines[1]?.['responseBody']))).toMatchObject({ userPrincipalName: amy });
  expect(((lines[1]?.['requestHeaders'] ?? {}) as Json)['authorization']).toBe('Bearer REDACTED');
  expect(Buffer.from(String(lines[2]?.['requestBody']), 'base64').toString()).toBe('{"some":"json"}');
  expect(json['name']).toBe('a.bin');
  expect(text).not.toContain(token);
  expect(text).toContain('client_secret=REDACTED');
  expect(text).toContain('"access_token\\":\\"REDACTED');
});

it('writes what was asked where the answer was lost', async () => {
  const tenant = await smallTenant({ log: true });
  const token = await appToken(tenant, ['User.ReadWrite.All']);
  tenant.world.faults.set([{ match: { method: 'PATCH' }, answer: { lost: true } }]);
  const body = { jobTitle: 'Carpenter' };
  await expect(call(tenant, token, `/users/${amy}`, { method: 'PATCH', body })).rejects.toThrow('reset');
  expect(tenant.log?.exchanges.at(-1)).toMatchObject({
    method: 'PATCH',
    status: 0,
    requestBody: JSON.stringify(body),
    responseBody: null,
  });
});

it.each([
  ['https://graph.microsoft.com/v1.0/me?x=1', 'https://graph.microsoft.com/v1.0/me?x=1'],
  ['http://localhost:1/graph.microsoft.com/v1.0/me', 'https://graph.microsoft.com/v1.0/me'],
  ['http://localhost:1/v1.0/me', 'https://graph.microsoft.com/v1.0/me'],
  ['http://localhost:1/beta/me', 'https://graph.microsoft.com/beta/me'],
  [
    'http://localhost:1/common/oauth2/v2.0/token',
    'https://login.microsoftonline.com/common/oauth2/v2.0/token',
  ],
  ['http://localhost:1/contoso-my.sharepoint.com/personal/x', 'https://contoso-my.sharepoint.com/personal/x'],
  ['https://login.windows.net/common/x', 'https://login.microsoftonline.com/common/x'],
])('%s is %s', (given, real) => {
  expect(canonicalUrl(hostsOf('contoso'), new URL(given)).href).toBe(real);
});

it('knows its own hosts only', () => {
  const hosts = hostsOf('contoso');
  expect(knownHost(hosts, 'GRAPH.microsoft.com:443')).toBe('graph.microsoft.com');
  expect(knownHost(hosts, 'fabrikam.sharepoint.com')).toBeUndefined();
});
