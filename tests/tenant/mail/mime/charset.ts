/** Transfer encodings and charsets of parts, with the repairs that real mail needs. */

const utf8 = new TextDecoder('utf-8', { fatal: true });
const western = new TextDecoder('windows-1252');

/** Names seen in mail that the Encoding Standard does not list. */
const aliases: Readonly<Record<string, string>> = {
  cp932: 'shift_jis',
  ms932: 'shift_jis',
  cp936: 'gbk',
  cp949: 'euc-kr',
  cp950: 'big5',
  cp1250: 'windows-1250',
  cp1251: 'windows-1251',
  cp1252: 'windows-1252',
  'iso-2022-jp-1': 'iso-2022-jp',
  'iso-2022-jp-2': 'iso-2022-jp',
  'unicode-1-1-utf-8': 'utf-8',
  utf8mb4: 'utf-8',
};

function decoderFor(charset: string | undefined): TextDecoder | undefined {
  const label = charset
    ?.trim()
    .replace(/^["']+|["']+$/g, '')
    .toLowerCase();
  if (!label || label === 'us-ascii' || label === 'ascii' || label.startsWith('unknown')) return undefined;
  try {
    return new TextDecoder(aliases[label] ?? label.replace(/^x-(?!mac|user)/, ''));
  } catch {
    return undefined;
  }
}

/** Undeclared or unknown charsets are UTF-8 where the bytes allow it, else Western. Never throws. */
export function decodeText(bytes: Uint8Array, charset: string | undefined): string {
  const declared = decoderFor(charset);
  if (declared) return declared.decode(bytes);
  try {
    return utf8.decode(bytes);
  } catch {
    return western.decode(bytes);
  }
}

const hexDigit = (byte: number | undefined): number => {
  if (byte === undefined) return -1;
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
};

/** Where the white space after a soft line break's `=` ends in a newline, the offset after it; else -1. */
function softBreak(bytes: Uint8Array, at: number): number {
  let next = at + 1;
  while (bytes[next] === 32 || bytes[next] === 9) next++;
  if (bytes[next] === 13 && bytes[next + 1] === 10) return next + 2;
  return bytes[next] === 10 || next >= bytes.length ? next + 1 : -1;
}

/** Quoted-printable; what is not valid is kept as it stands. */
export function decodeQuotedPrintable(bytes: Uint8Array): Uint8Array {
  const out = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 61) {
      const high = hexDigit(bytes[at + 1]);
      const low = hexDigit(bytes[at + 2]);
      if (high >= 0 && low >= 0) {
        out[length++] = high * 16 + low;
        at += 2;
        continue;
      }
      const after = softBreak(bytes, at);
      if (after >= 0) {
        at = after - 1;
        continue;
      }
    }
    out[length++] = byte;
  }
  return out.subarray(0, length);
}

/** The bytes of a part without their transfer encoding; unknown encodings count as none. */
export function decodeTransfer(bytes: Buffer, encoding: string): Uint8Array {
  if (encoding === 'base64') return Buffer.from(bytes.toString('latin1'), 'base64');
  return encoding === 'quoted-printable' ? decodeQuotedPrintable(bytes) : bytes;
}
