import { X509Certificate, createVerify, constants, createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signAssertion } from '../../../../workers/access/assertion.ts';
import { createCertificate } from '../../../../workers/access/certificate.ts';
import { createDeviceKey, isFresh } from '../../../../workers/access/device-key.ts';
import { systemRandom, type Clock } from '../../../../workers/kernel/clock.ts';

const now = Date.UTC(2026, 10, 23, 10, 0, 0, 500);
const clock: Clock = { now: () => now, sleep: async () => undefined };
const deps = { clock, random: systemRandom };
const tenantId = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const day = 24 * 60 * 60_000;

/** Making one takes a second; all tests share it. */
const made = createDeviceKey(tenantId, deps);

describe('a device key', () => {
  it('comes with a certificate that another implementation reads and verifies', async () => {
    const key = await made;
    const certificate = new X509Certificate(key.certificate);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.subject).toMatch(/^CN=Holdfast device [0-9a-f]{8}$/);
    expect(certificate.issuer).toBe(certificate.subject);
    expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(3072);
    const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
    expect(from).toBeLessThan(now);
    expect(to - from).toBeLessThanOrEqual(90 * day);
    expect(to).toBe(key.expires);
    expect(key.thumbprint).toBe(createHash('sha256').update(key.certificate).digest('base64url'));
  });

  it('has a certificate that is read whatever its serial number begins with', async () => {
    const algorithm = { name: 'RSA-PSS', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
    const keys = await crypto.subtle.generateKey({ ...algorithm, hash: 'SHA-256' }, false, [
      'sign',
      'verify',
    ]);
    const times = { commonName: 'Holdfast device', notBefore: now - 500, notAfter: now - 500 + day };
    for (const [start, read] of [
      [[0x00, 0x01], /^01/],
      [[0x00, 0x80], /^80/],
      [[0x00, 0x00], /^7F/],
      [[0xff, 0x00], /^FF00/],
    ] as const) {
      const serial = new Uint8Array([...start, ...Array.from({ length: 14 }, () => 0x7f)]);
      const certificate = new X509Certificate(await createCertificate(keys, { ...times, serial }));
      expect(certificate.serialNumber).toMatch(read);
      expect(certificate.verify(certificate.publicKey)).toBe(true);
    }
  });

  it('cannot leave the browser', async () => {
    const { privateKey } = await made;
    expect(privateKey.extractable).toBe(false);
    for (const format of ['pkcs8', 'jwk'] as const) {
      await expect(crypto.subtle.exportKey(format, privateKey)).rejects.toThrow();
    }
  });

  it('is to be renewed from day 60 on', async () => {
    const key = await made;
    expect(isFresh(key, now + 59 * day)).toBe(true);
    expect(isFresh(key, now + 61 * day)).toBe(false);
  });
});

describe('a certificate', () => {
  it.each([
    ['a serial that would be negative', new Uint8Array(16).fill(0xff), now],
    ['a serial of zeros and ones', new Uint8Array(16).fill(1), now],
    ['dates beyond 2049', new Uint8Array(16).fill(7), Date.UTC(2051, 0, 1)],
  ])('with %s is well-formed', async (_, serial, notBefore) => {
    const algorithm = {
      name: 'RSA-PSS',
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: 'SHA-256',
    };
    const keys = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
    const der = await createCertificate(keys, {
      commonName: 'Test',
      serial,
      notBefore,
      notAfter: notBefore + day,
    });
    const certificate = new X509Certificate(der);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(BigInt(`0x${certificate.serialNumber}`)).toBe(BigInt(`0x${Buffer.from(serial).toString('hex')}`));
    expect(Date.parse(certificate.validTo)).toBe(Math.floor((notBefore + day) / 1000) * 1000);
  });
});

describe('an assertion', () => {
  it('is signed with PS256 by the certificate it names, for five minutes and one tenant', async () => {
    const key = await made;
    const clientId = '2f1a9c3e-0d4b-4e8a-9f57-6b1c2d3e4f50';
    const assertion = await signAssertion(key, clientId, deps);
    const [header = '', claims = '', signature = ''] = assertion.split('.');
    const read = (part: string) =>
      JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
    expect(read(header)).toEqual({ alg: 'PS256', typ: 'JWT', 'x5t#S256': key.thumbprint });
    const seconds = Math.floor(now / 1000);
    expect(read(claims)).toEqual({
      aud: `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`,
      iss: clientId,
      sub: clientId,
      jti: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string,
      iat: seconds,
      nbf: seconds,
      exp: seconds + 300,
    });
    const verifier = createVerify('sha256').update(`${header}.${claims}`);
    const publicKey = {
      key: new X509Certificate(key.certificate).publicKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: 32,
    };
    expect(verifier.verify(publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
    expect(await signAssertion(key, clientId, deps)).not.toBe(assertion);
  });
});
