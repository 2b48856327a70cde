/** Which request of a check takes the answer of which other one: a page the page before it, a probe its page. */
import { array, object, parse, string } from 'valibot';
import type { RecordedExchange } from './recording.ts';

const batchShape = object({ requests: array(object({ url: string() })) });

type Kind = 'page' | 'probe' | 'facts';

function kindOf({ url, body }: RecordedExchange): Kind {
  const { pathname } = new URL(url);
  if (pathname.endsWith('/users')) return 'page';
  if (!pathname.endsWith('/$batch')) return 'facts';
  const { requests } = parse(batchShape, JSON.parse(body ?? '{"requests":[]}'));
  return requests.every((one) => one.url.startsWith('/users/')) ? 'probe' : 'facts';
}

/** Pages and probes of a full check are the app's; what the directory is asked for is the person's. */
export function inDependencyOrder(exchanges: readonly RecordedExchange[]): RecordedExchange[] {
  const last: { page?: number; facts?: number } = {};
  const kinds = exchanges.map(kindOf);
  const isFull = kinds.includes('probe');
  return exchanges.map((exchange, index) => {
    const kind = kinds[index] ?? 'facts';
    const after = kind === 'facts' ? last.facts : last.page;
    if (kind !== 'probe') last[kind] = index;
    const as = isFull && kind !== 'facts' ? 'app' : 'person';
    return { ...exchange, as, ...(after === undefined ? {} : { after }) };
  });
}
