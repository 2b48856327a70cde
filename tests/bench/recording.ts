/** The exchanges of a backup, read from the tenant's log: what the bare loop sends again. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { nullable, number, object, parse, record, string } from 'valibot';

export interface RecordedExchange {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Index of the exchange whose answer it takes to know this one; without it nothing. */
  readonly after?: number;
  /** Whose token it takes; without it the backup app's. */
  readonly as?: 'app' | 'person';
}

const lineShape = object({
  method: string(),
  url: string(),
  status: number(),
  requestHeaders: record(string(), string()),
  requestBody: nullable(string()),
});

/** What decides over the answer; everything else a browser sets by itself. */
const kept = ['prefer', 'content-type', 'consistencylevel'];

/** Graph's exchanges from line `from` of the log on, in their order, preflights left out. */
export async function readExchanges(log: string, from: number): Promise<RecordedExchange[]> {
  const exchanges: RecordedExchange[] = [];
  for await (const line of linesOf(log, from)) {
    const { method, url, status, requestHeaders, requestBody } = parse(lineShape, JSON.parse(line));
    if (method === 'OPTIONS' || new URL(url).hostname !== 'graph.microsoft.com') continue;
    if (status >= 300) throw new Error(`${method} ${url} was answered with ${status}`);
    const headers = Object.entries(requestHeaders).filter(([name]) => kept.includes(name));
    exchanges.push({ method, url, headers: Object.fromEntries(headers), body: requestBody });
  }
  return exchanges;
}

export async function countLines(log: string): Promise<number> {
  let count = 0;
  for await (const _ of linesOf(log, 0)) count += 1;
  return count;
}

async function* linesOf(log: string, from: number): AsyncIterable<string> {
  let number = 0;
  for await (const line of createInterface(createReadStream(log))) {
    if (number >= from && line !== '') yield line;
    number += 1;
  }
}
