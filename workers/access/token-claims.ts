/**
 * Reads what an access token says about itself. Not a proof of anything: Graph checks signatures, Holdfast only wants
 * to know early that a token is for another tenant or lacks a role.
 */
import { array, number, object, optional, safeParse, string, type InferOutput } from 'valibot';
import { fromBase64Url, fromUtf8 } from '../kernel/bytes.ts';

const schema = object({
  tid: string(),
  oid: optional(string()),
  exp: number(),
  roles: optional(array(string()), []),
  scp: optional(string(), ''),
});
export type TokenClaims = InferOutput<typeof schema>;

export function readClaims(token: string): TokenClaims | undefined {
  const payload = token.length < 65_536 ? fromBase64Url(token.split('.')[1] ?? '') : undefined;
  if (!payload) return undefined;
  try {
    const parsed = safeParse(schema, JSON.parse(fromUtf8(payload)));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
