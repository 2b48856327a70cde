/** `POST /$batch`: up to 20 requests in one, in any order, Outlook's four at a time. */
import { randomInt } from 'node:crypto';
import { GraphError } from './context.ts';
import { routeOf, toRoutable, workloadOf } from './route.ts';

export interface BatchPart {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly dependsOn: readonly string[];
}

export interface BatchAnswer {
  readonly id: string;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

const maximumParts = 20;
const outlookAtOnce = 4;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const invalid = (message: string) => new GraphError(400, 'BadRequest', message);

function parseHeaders(id: string, headers: unknown, body: unknown): Record<string, string> {
  if (headers !== undefined && !isObject(headers)) throw invalid('Invalid batch payload format.');
  const given = Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)] as const);
  if (body !== undefined && !given.some(([name]) => name.toLowerCase() === 'content-type')) {
    throw invalid(`The Content-Type header of the batch request with id '${id}' is missing.`);
  }
  return Object.fromEntries(given);
}

function parsePart(value: unknown): BatchPart {
  if (!isObject(value)) throw invalid('Invalid batch payload format.');
  const { id, method, url, headers, body, dependsOn = [] } = value;
  if (typeof id !== 'string' || id === '') throw invalid("The property 'id' of a batch request is missing.");
  if (typeof method !== 'string' || typeof url !== 'string') {
    throw invalid(`The batch request with id '${id}' has no 'method' or 'url'.`);
  }
  if (/^https?:/i.test(url)) throw invalid(`The url of the batch request with id '${id}' must be relative.`);
  if (!Array.isArray(dependsOn)) throw invalid('Invalid batch payload format.');
  return {
    id,
    method: method.toUpperCase(),
    url: url.startsWith('/') ? url : `/${url}`,
    headers: parseHeaders(id, headers, body),
    body,
    dependsOn: dependsOn.map(String),
  };
}

/** Throws the 400 Graph gives for too many parts, missing or repeated ids, unknown dependencies. */
export function parseBatch(payload: unknown): BatchPart[] {
  const requests = isObject(payload) ? payload['requests'] : undefined;
  if (!Array.isArray(requests) || requests.length === 0) throw invalid('Invalid batch payload format.');
  if (requests.length > maximumParts) {
    throw invalid(`Number of batch request steps exceeds the maximum value of ${maximumParts}.`);
  }
  const parts = requests.map(parsePart);
  const seen = new Set<string>();
  for (const { id, dependsOn } of parts) {
    if (seen.has(id)) throw invalid(`The batch request id '${id}' is used more than once.`);
    const unknown = dependsOn.find((other) => !seen.has(other));
    if (unknown !== undefined)
      throw invalid(`The batch request '${id}' depends on unknown request '${unknown}'.`);
    seen.add(id);
  }
  return parts;
}

/** JSON bodies go as they are, everything else arrives as base64. `root` ends in the version. */
export function partRequest(part: BatchPart, root: string, authorization: string | null): Request {
  const headers = new Headers(part.headers);
  if (authorization !== null && !headers.has('Authorization')) headers.set('Authorization', authorization);
  const isJson = (headers.get('Content-Type') ?? '').includes('json');
  const hasBody = part.body !== undefined && part.method !== 'GET';
  const body = !hasBody
    ? null
    : isJson
      ? JSON.stringify(part.body)
      : Buffer.from(String(part.body), 'base64');
  if (body !== null) headers.set('Content-Length', String(Buffer.byteLength(body)));
  return new Request(`${root}${part.url}`, { method: part.method, headers, body });
}

/** Headers of the exchange, not of the part, which stay outside. */
const outerHeaders = /^(date|strict-transport-security|content-length|vary|access-control-.*)$/;

const headerCase = (name: string) =>
  ['location', 'retry-after', 'content-type', 'cache-control', 'preference-applied'].includes(name)
    ? name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())
    : name === 'etag'
      ? 'ETag'
      : name;

export async function partAnswer(id: string, response: Response): Promise<BatchAnswer> {
  const headers: Record<string, string> = {};
  for (const [name, value] of response.headers) {
    if (!outerHeaders.test(name)) headers[headerCase(name)] = value;
  }
  const bytes = Buffer.from(await response.arrayBuffer());
  if (bytes.length === 0) return { id, status: response.status, headers };
  const isJson = (response.headers.get('Content-Type') ?? '').includes('json');
  const body: unknown = isJson ? JSON.parse(bytes.toString()) : bytes.toString('base64');
  return { id, status: response.status, headers, body };
}

const isOutlook = ({ url }: BatchPart) => {
  const path = toRoutable(url.split('?')[0] ?? '').replace(/^\/me(?=\/|$)/, '/users/me');
  return workloadOf(routeOf(path)) === 'outlook';
};

/** Lets `count` tasks run at once; the rest wait for their turn in order. */
function turnstile(count: number) {
  let free = count;
  const waiting: (() => void)[] = [];
  return async <T>(task: () => Promise<T>): Promise<T> => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free -= 1;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}

function shuffled<T>(list: readonly T[]): T[] {
  const result = [...list];
  for (let i = result.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}

/**
 * Runs the parts, each after those it depends on, and answers in an order of its own. A part whose dependency failed
 * is not run and gets 424.
 */
export async function runBatch(
  parts: readonly BatchPart[],
  run: (part: BatchPart) => Promise<BatchAnswer>,
  failedDependency: (part: BatchPart) => Promise<BatchAnswer>,
): Promise<BatchAnswer[]> {
  const enter = turnstile(outlookAtOnce);
  const answers = new Map<string, Promise<BatchAnswer>>();
  for (const part of parts) {
    const before = part.dependsOn.map((id) => answers.get(id));
    const answer = Promise.all(before).then(async (done) => {
      if (done.some((one) => one !== undefined && one.status >= 400)) return await failedDependency(part);
      return isOutlook(part) ? await enter(() => run(part)) : await run(part);
    });
    answers.set(part.id, answer);
  }
  return shuffled(await Promise.all(answers.values()));
}
