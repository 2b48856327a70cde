/**
 * A certificate authority that lives as long as the tenant, and one certificate for all its hosts (RFC 5280).
 * Node can sign but not write certificates, and no library is worth it for two of them.
 */
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { bits, boolean, integer, octets, oid, sequence, set, tagged, utcTime, utf8 } from './der.ts';

export interface Identity {
  /** PEM of the certificate, and of the authority that signed it. */
  readonly certificate: string;
  readonly authority: string;
  readonly privateKey: string;
  /** Base64 SHA-256 of the certificate's public key, for `--ignore-certificate-errors-spki-list`. */
  readonly spki: string;
}

interface Party {
  readonly name: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));
const day = 24 * 3600 * 1000;

const createParty = (name: string): Party => ({
  name,
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }),
});

const nameOf = (party: Party) => sequence(set(sequence(oid('2.5.4.3'), utf8(party.name))));

const keyBytes = (party: Party) => party.publicKey.export({ type: 'spki', format: 'der' });

const keyId = (party: Party) => createHash('sha1').update(keyBytes(party)).digest();

const extension = (id: string, critical: boolean, value: Uint8Array) =>
  sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value));

const authorityExtensions = (subject: Party) => [
  extension('2.5.29.19', true, sequence(boolean(true))),
  // keyCertSign, cRLSign
  extension('2.5.29.15', true, bits(Buffer.from([0x06]), 1)),
  extension('2.5.29.14', false, octets(keyId(subject))),
];

/** Context tags of GeneralName: 2 is a DNS name, 7 an address. */
const alternative = (name: string) =>
  /^\d+(\.\d+){3}$/.test(name)
    ? tagged(0x87, Buffer.from(name.split('.').map(Number)))
    : tagged(0x82, Buffer.from(name));

const serverExtensions = (subject: Party, issuer: Party, names: readonly string[]) => [
  extension('2.5.29.19', true, sequence()),
  // digitalSignature
  extension('2.5.29.15', true, bits(Buffer.from([0x80]), 7)),
  // serverAuth
  extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1'))),
  extension('2.5.29.17', false, sequence(...names.map(alternative))),
  extension('2.5.29.14', false, octets(keyId(subject))),
  extension('2.5.29.35', false, sequence(tagged(0x80, keyId(issuer)))),
];

function certify(subject: Party, issuer: Party, extensions: readonly Uint8Array[]): string {
  const now = Date.now();
  const content = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([0x01]), randomBytes(15)])),
    ecdsaWithSha256,
    nameOf(issuer),
    sequence(utcTime(new Date(now - day)), utcTime(new Date(now + 90 * day))),
    nameOf(subject),
    keyBytes(subject),
    tagged(0xa3, sequence(...extensions)),
  );
  const der = sequence(content, ecdsaWithSha256, bits(sign('sha256', content, issuer.privateKey)));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** A new authority and a server certificate for `names` (DNS names, wildcards, IPv4 addresses). */
export function createIdentity(names: readonly string[]): Identity {
  const authority = createParty('Simulated tenant throw-away CA');
  const server = createParty('Simulated tenant');
  return {
    authority: certify(authority, authority, authorityExtensions(authority)),
    certificate: certify(server, authority, serverExtensions(server, authority, names)),
    privateKey: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    spki: createHash('sha256').update(keyBytes(server)).digest('base64'),
  };
}
