/** Follows nextLink. Pages may be empty and still have a successor; a link that comes again would go round for ever. */
import { array, looseObject, optional, string, type GenericSchema, type InferOutput } from 'valibot';
import { failure, type Failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { CallOptions, Page } from './client.ts';

/** Where the service fails over a page it gets a smaller one next. */
const ladder = [500, 200, 100, 50, 20, 10, 5, 1];

/** `tries` is 3 while the page can still be made smaller. */
export type GetPage = <S extends GenericSchema>(
  link: string,
  schema: S,
  options: CallOptions & { readonly tries?: number },
) => Promise<Result<InferOutput<S>>>;

export async function* readPages<S extends GenericSchema>(
  path: string,
  item: S,
  options: CallOptions,
  get: GetPage,
): AsyncGenerator<Result<Page<InferOutput<S>>>> {
  const schema = looseObject({
    value: array(item),
    '@odata.nextLink': optional(string()),
    '@odata.deltaLink': optional(string()),
  });
  const seen = new Set([path]);
  let link: string | undefined = path;
  let headers = options.headers;
  while (link !== undefined) {
    const smaller = withSmallerPage(headers);
    const answer: Result<InferOutput<typeof schema>> = await get(
      link,
      schema,
      pageOptions(options, headers, smaller !== undefined),
    );
    if (!answer.ok && smaller && isOverload(answer.error)) {
      headers = smaller;
      continue;
    }
    if (!answer.ok) return yield answer;
    const { value: items, '@odata.deltaLink': deltaLink } = answer.value;
    const nextLink: string | undefined = answer.value['@odata.nextLink'];
    yield ok({ items, ...(nextLink && { nextLink }), ...(deltaLink && { deltaLink }) });
    if (nextLink && seen.has(nextLink)) {
      return yield err(failure('graph/page-loop', `page ${seen.size} links back to an earlier page`));
    }
    if (nextLink) seen.add(nextLink);
    link = nextLink;
  }
}

function pageOptions(options: CallOptions, headers: CallOptions['headers'], shrinkable: boolean) {
  return { ...options, ...(headers && { headers }), ...(shrinkable && { tries: 3 }) };
}

const isOverload = ({ code }: Failure): boolean =>
  code === 'graph/unavailable' || code === 'network/timed-out';

/** Headers with the next lower `odata.maxpagesize`; undefined where none is asked for or it is at its least. */
function withSmallerPage(headers: CallOptions['headers']): Record<string, string> | undefined {
  const prefer = headers?.Prefer;
  const size = /odata\.maxpagesize=(\d+)/.exec(prefer ?? '')?.[1];
  const next = ladder.find((step) => step < Number(size));
  if (!prefer || size === undefined || next === undefined) return undefined;
  return { ...headers, Prefer: prefer.replace(`odata.maxpagesize=${size}`, `odata.maxpagesize=${next}`) };
}
