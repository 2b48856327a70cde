/** A device whose first write of certificates comes to nothing, while something else happens. */
import { createGraphClient } from '../../../../workers/graph/create-client.ts';
import type { GraphClient } from '../../../../workers/graph/client.ts';
import { createPace } from '../../../../workers/graph/pace.ts';
import { systemRandom } from '../../../../workers/kernel/clock.ts';
import { ok } from '../../../../workers/kernel/result.ts';
import { steppingClock, type createWorldWith } from './tenant-world.ts';

type World = Awaited<ReturnType<typeof createWorldWith>>;
type Device = Awaited<ReturnType<World['device']>>;

/** `status` 0: no connection. It asks again without waiting. */
export function refusingFirstWrite(
  world: World,
  { signedIn }: Device,
  { status, meanwhile }: { readonly status: number; readonly meanwhile: () => Promise<void> },
): { readonly graph: GraphClient; readonly writes: () => number } {
  let writes = 0;
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const isWrite = init.method === 'PATCH' && String(init.body).includes('keyCredentials');
    if (!isWrite || (writes += 1) > 1) return world.fetch(url, init);
    await meanwhile();
    if (status === 0) throw new TypeError('Failed to fetch');
    const body = { error: { code: 'UnknownError', message: 'Once more, please.' } };
    return Response.json(body, { status, headers: { 'Retry-After': '0' } });
  };
  const random = { ...systemRandom, fraction: () => 0 };
  const pace = createPace({ clock: steppingClock, random });
  const tokens = { token: async () => ok(signedIn.accessToken), invalidate: () => undefined };
  const graph = createGraphClient({ ...world.deps, random, pace, fetch, tokens });
  return { graph, writes: () => writes };
}
