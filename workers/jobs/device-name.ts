/** A random name for this browser profile: one writer's chain of snapshots, and nothing else. */
import { toHex } from '../kernel/bytes.ts';
import type { Random } from '../kernel/clock.ts';
import { ok, type Result } from '../kernel/result.ts';
import type { Records } from './records.ts';

export async function deviceName(records: Records, random: Random): Promise<Result<string>> {
  const known = await records.get('device');
  if (!known.ok) return known;
  if (typeof known.value === 'string') return ok(known.value);
  const name = toHex(random.bytes(16));
  const written = await records.put('device', name);
  return written.ok ? ok(name) : written;
}
