/**
 * Debian's rclone, unmodified, against the simulated tenant under Microsoft's real host names. It knows nothing of us:
 * what it copies, lists, hashes and deletes without a complaint, OneDrive would have answered alike.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTenant, type Tenant } from '../tenant/tenant.ts';
import { signIn, tokenRequest } from '../unit/tenant/core/clients.ts';

const hasRclone = spawnSync('rclone', ['version']).status === 0;
const scope = 'Files.Read Files.ReadWrite Files.Read.All Files.ReadWrite.All Sites.Read.All offline_access';
const redirect = 'http://localhost:53682/';

describe.skipIf(!hasRclone)(hasRclone ? 'rclone' : 'rclone (not installed here)', () => {
  let tenant: Tenant;
  let drive: string;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rclone-'));
    tenant = await startTenant({ port: 0, tls: true, log: true });
    const ada = tenant.accounts[0];
    drive = tenant.world.drives.driveOfUser(ada?.id ?? '') ?? '';
    writeConfig(await refreshToken(ada?.userPrincipalName ?? ''));
    writeSource();
  });

  afterAll(async () => {
    await tenant.close();
    rmSync(folder, { recursive: true });
  });

  /** An expired access token: rclone has to fetch a new one from the sign-in service first. */
  function writeConfig(refresh: string): void {
    const token = {
      access_token: 'expired',
      token_type: 'Bearer',
      refresh_token: refresh,
      expiry: '2020-01-01T00:00:00Z',
    };
    const lines = {
      type: 'onedrive',
      client_id: tenant.clientIds.web,
      client_secret: tenant.webClientSecret,
      drive_id: drive,
      drive_type: 'business',
      token: JSON.stringify(token),
    };
    const text = Object.entries(lines).map(([name, value]) => `${name} = ${value}`);
    writeFileSync(join(folder, 'rclone.conf'), `[tenant]\n${text.join('\n')}\n`);
  }

  async function refreshToken(upn: string): Promise<string> {
    const clientId = tenant.clientIds.web;
    const { values, verifier } = await signIn(tenant, {
      clientId,
      scope,
      upn,
      more: { redirect_uri: redirect },
    });
    const response = await tokenRequest(tenant, {
      grant_type: 'authorization_code',
      client_id: clientId,
      client_secret: tenant.webClientSecret,
      code: values.get('code') ?? '',
      redirect_uri: redirect,
      code_verifier: verifier,
      scope,
    });
    const answer = (await response.json()) as { refresh_token?: string };
    return answer.refresh_token ?? '';
  }

  function writeSource(): void {
    const big = Buffer.alloc(11 * 1024 * 1024 + 7, createHash('sha512').update('big').digest());
    const files: readonly (readonly [string, string | Buffer])[] = [
      ['small.txt', 'hello\n'],
      ['empty.txt', ''],
      ['two chunks.bin', big],
      ['a/b/c/d/deep.txt', 'deep'],
      ['Ünïcode 日本語/файл — 📎.txt', 'unicode'],
      ["it's 100% #1 & a+b;c=d,e@f.txt", 'odd'],
      ['colon: question? star*.txt', 'rclone spells these with look-alikes'],
      ['~tilde. ', 'and these'],
    ];
    for (const [index, [name, content]] of files.entries()) {
      const path = join(folder, 'source', name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      utimesSync(path, new Date(), new Date(Date.UTC(2015, index, 3, 4, 5, 6)));
    }
  }

  /** Runs rclone; its complaints fail the test, as does anything it had to try again. */
  async function rclone(...args: string[]): Promise<string> {
    const child = spawn(
      'rclone',
      ['--config', join(folder, 'rclone.conf'), '-vv', '--retries', '1', ...args],
      {
        cwd: folder,
        env: {
          PATH: process.env['PATH'],
          HOME: folder,
          SSL_CERT_FILE: tenant.tls?.ca,
          HTTPS_PROXY: tenant.tls?.proxy,
        },
      },
    );
    const [out, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const status = child.exitCode ?? (await new Promise<number>((resolve) => child.once('close', resolve)));
    expect(complaints).not.toMatch(/low level retry|ERROR|CRITICAL/);
    expect(status, complaints).toBe(0);
    return out;
  }

  const text = async (stream: AsyncIterable<Buffer>) => {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };

  /** Relative path → SHA-256 and modification time, of everything below a local folder. */
  const localFiles = (root: string) =>
    readdirSync(join(folder, root), { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(folder, root, name)).isFile())
      .map((name) => {
        const path = join(folder, root, name);
        const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
        return [name, sha256, statSync(path).mtime.toISOString()] as const;
      })
      .sort();

  const remoteItems = (root: string) =>
    tenant.world.drives.state(drive).items.filter(({ path }) => path.startsWith(`/${root}/`));

  test('copies up: bytes and dates arrive, big files in chunks, empty ones as well', async () => {
    await rclone('copy', 'source', 'tenant:Backup');
    const files = remoteItems('Backup').filter(({ kind }) => kind === 'file');
    const local = localFiles('source');
    expect(
      files.map(({ sha256, lastModifiedDateTime }) => [sha256, Date.parse(lastModifiedDateTime)]).sort(),
    ).toEqual(local.map(([, sha256, modified]) => [sha256, Date.parse(modified)]).sort());
  });

  test('lists what it copied, with hashes that it computes itself as well', async () => {
    const listed = JSON.parse(await rclone('lsjson', '--hash', '-R', '--files-only', 'tenant:Backup')) as {
      Path: string;
      Hashes: { quickxor: string };
    }[];
    const local = (await rclone('hashsum', 'quickxor', 'source')).trim().split('\n').sort();
    expect(listed.map(({ Path, Hashes }) => `${Hashes.quickxor}  ${Path}`).sort()).toEqual(local);
    await rclone('check', 'source', 'tenant:Backup');
  });

  test('copies back the same', async () => {
    await rclone('copy', 'tenant:Backup', 'back');
    expect(localFiles('back')).toEqual(localFiles('source'));
  });

  test('reads a range', async () => {
    expect(await rclone('cat', '--offset', '1', '--count', '3', 'tenant:Backup/small.txt')).toBe('ell');
  });

  test('copies and moves within the drive, and counts its quota', async () => {
    await rclone('copyto', 'tenant:Backup/small.txt', 'tenant:Backup/copy.txt');
    await rclone('moveto', 'tenant:Backup/a', 'tenant:Backup/moved');
    const paths = remoteItems('Backup').map(({ path }) => path);
    expect(paths).toContain('/Backup/copy.txt');
    expect(paths).toContain('/Backup/moved/b/c/d/deep.txt');
    const about = JSON.parse(await rclone('about', '--json', 'tenant:')) as { used: number };
    expect(about.used).toBe(tenant.world.drives.drive(drive)?.root.size);
  });

  test('copies a tree within the drive, and lists it by pages and by delta alike', async () => {
    await rclone('copy', 'tenant:Backup/moved', 'tenant:Tree/copy');
    const lines = (text: string) => text.trim().split('\n').sort();
    const expected = ['copy/', 'copy/b/', 'copy/b/c/', 'copy/b/c/d/', 'copy/b/c/d/deep.txt'];
    expect(lines(await rclone('lsf', '-R', 'tenant:Tree'))).toEqual(expected);
    const small = ['--fast-list', '--onedrive-list-chunk', '1'];
    expect(lines(await rclone('lsf', '-R', ...small, 'tenant:Tree'))).toEqual(expected);
    expect(JSON.parse(await rclone('size', '--json', 'tenant:Tree'))).toMatchObject({ count: 1, bytes: 4 });
    await rclone('purge', 'tenant:Tree');
  });

  test('makes and removes folders, shares by link, and clears old versions', async () => {
    await rclone('mkdir', 'tenant:Dir/one/two');
    await rclone('rmdir', 'tenant:Dir/one/two');
    await rclone('rmdirs', 'tenant:Dir');
    expect(remoteItems('Dir')).toEqual([]);
    await rclone('moveto', 'tenant:Backup/copy.txt', 'tenant:Backup/again.txt');
    expect(await rclone('link', 'tenant:Backup/again.txt')).toMatch(
      /^https:\/\/contoso-my\.sharepoint\.com\//,
    );
    await rclone('copyto', 'source/empty.txt', 'tenant:Backup/again.txt', '--ignore-times');
    const versions = () =>
      tenant.world.drives.drive(drive)?.find(['Backup', 'again.txt'])?.versions.length ?? 0;
    expect(versions()).toBeGreaterThan(1);
    await rclone('cleanup', 'tenant:Backup');
    expect(versions()).toBe(1);
  });

  test('brings the remote back in line with sync', async () => {
    writeFileSync(join(folder, 'source', 'empty.txt'), 'no longer');
    await rclone('sync', 'source', 'tenant:Backup');
    await rclone('check', 'source', 'tenant:Backup');
    expect(remoteItems('Backup').map(({ path }) => path)).not.toContain('/Backup/copy.txt');
  });

  test('deletes a file, then everything', async () => {
    await rclone('deletefile', 'tenant:Backup/small.txt');
    expect(remoteItems('Backup').map(({ path }) => path)).not.toContain('/Backup/small.txt');
    await rclone('purge', 'tenant:Backup');
    expect(remoteItems('Backup')).toEqual([]);
  });
});
