/** An RSA key with a self-signed certificate, as a client registers one; written with the tenant's own DER. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { bits, integer, oid, sequence, set, tagged, utcTime, utf8 } from '../../../tenant/wire/der.ts';

export function selfSigned(subject: string, days = 90) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const algorithm = sequence(oid('1.2.840.113549.1.1.11'), Buffer.from([0x05, 0x00]));
  const name = sequence(set(sequence(oid('2.5.4.3'), utf8(subject.replace(/^CN=/, '')))));
  const now = Date.now();
  const content = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.from([1])),
    algorithm,
    name,
    sequence(utcTime(new Date(now - 60_000)), utcTime(new Date(now + days * 24 * 3600_000))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const der = sequence(content, algorithm, bits(sign('sha256', content, privateKey)));
  return { der, privateKey };
}
