/**
 * A self-signed X.509 certificate in DER for the device key: Entra takes public keys in no other form. Written by hand
 * because it is one fixed shape; a library for all of X.509 would be thirty times the size. RFC 5280, RFC 4055 (PSS).
 */
import { concat, utf8, type Bytes } from '../kernel/bytes.ts';

export interface CertificateFields {
  readonly commonName: string;
  /** 16 bytes. */
  readonly serial: Uint8Array;
  /** Milliseconds since the epoch, whole seconds. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Signs with RSASSA-PSS, SHA-256, salt of 32 bytes: the only algorithm the key is made for. */
export async function createCertificate(keys: CryptoKeyPair, fields: CertificateFields): Promise<Bytes> {
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('spki', keys.publicKey));
  const name = sequence(set(sequence(oid(2, 5, 4, 3), tlv(0x0c, utf8(fields.commonName)))));
  const toBeSigned = sequence(
    tlv(0xa0, integer([2])),
    integer(fields.serial),
    pssAlgorithm,
    name,
    sequence(time(fields.notBefore), time(fields.notAfter)),
    name,
    publicKey,
  );
  const signature = await crypto.subtle.sign(
    { name: 'RSA-PSS', saltLength: 32 },
    keys.privateKey,
    toBeSigned,
  );
  return sequence(toBeSigned, pssAlgorithm, tlv(0x03, new Uint8Array([0]), new Uint8Array(signature)));
}

function tlv(tag: number, ...parts: Uint8Array[]): Bytes {
  const content = concat(...parts);
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return concat(new Uint8Array([tag, ...length]), content);
}

const sequence = (...parts: Uint8Array[]): Bytes => tlv(0x30, ...parts);
const set = (...parts: Uint8Array[]): Bytes => tlv(0x31, ...parts);

/** Positive and as short as it goes (X.690, 8.3.2): a leading zero only where the first bit would make it negative. */
function integer(bytes: Iterable<number>): Bytes {
  const given = Uint8Array.from(bytes);
  const first = given.findIndex((byte) => byte !== 0);
  const value = first < 0 ? given.slice(0, 1) : given.slice(first);
  return tlv(0x02, (value[0] ?? 0) & 0x80 ? new Uint8Array([0]) : new Uint8Array(0), value);
}

function oid(first: number, second: number, ...rest: number[]): Bytes {
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const septets = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) septets.unshift((left & 0x7f) | 0x80);
    bytes.push(...septets);
  }
  return tlv(0x06, new Uint8Array(bytes));
}

/** UTCTime until 2049, GeneralizedTime from 2050 on (RFC 5280, 4.1.2.5). */
function time(ms: number): Bytes {
  const digits = new Date(ms)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:T]/g, '');
  return digits < '2050' ? tlv(0x17, utf8(digits.slice(2))) : tlv(0x18, utf8(digits));
}

const sha256 = sequence(oid(2, 16, 840, 1, 101, 3, 4, 2, 1), tlv(0x05));
const mgf1WithSha256 = sequence(oid(1, 2, 840, 113549, 1, 1, 8), sha256);
const pssAlgorithm = sequence(
  oid(1, 2, 840, 113549, 1, 1, 10),
  sequence(tlv(0xa0, sha256), tlv(0xa1, mgf1WithSha256), tlv(0xa2, integer([32]))),
);
