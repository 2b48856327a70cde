/** Chromium's DevTools protocol over its pipe: JSON messages that end with a zero byte, on descriptors 3 and 4. */
import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

type Message = Readonly<Record<string, unknown>>;

export interface Devtools {
  /** Rejects with what Chromium says against it. */
  send(method: string, params?: Message, session?: string): Promise<Message>;
  on(method: string, listener: (params: Message) => void): void;
}

interface Waiting {
  resolve(result: Message): void;
  reject(reason: Error): void;
}

const objectOf = (value: unknown): Message =>
  typeof value === 'object' && value !== null ? (value as Message) : {};

export function openDevtools(child: ChildProcess): Devtools {
  const [, , , output, input] = child.stdio as (Readable | Writable | null)[];
  const waiting = new Map<number, Waiting>();
  const listeners = new Map<string, (params: Message) => void>();
  let last = 0;

  const receive = (message: Message) => {
    const waiter = waiting.get(Number(message['id']));
    if (!waiter) return listeners.get(String(message['method']))?.(objectOf(message['params']));
    waiting.delete(Number(message['id']));
    if (message['error']) waiter.reject(new Error(JSON.stringify(message['error'])));
    else waiter.resolve(objectOf(message['result']));
  };
  let rest: Buffer[] = [];
  (input as Readable).on('data', (chunk: Buffer) => {
    let start = 0;
    for (let end = chunk.indexOf(0); end !== -1; end = chunk.indexOf(0, start)) {
      receive(objectOf(JSON.parse(Buffer.concat([...rest, chunk.subarray(start, end)]).toString())));
      rest = [];
      start = end + 1;
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
  });
  return {
    send: (method, params = {}, session) =>
      new Promise((resolve, reject) => {
        const id = (last += 1);
        waiting.set(id, { resolve, reject });
        const sessionId = session === undefined ? {} : { sessionId: session };
        (output as Writable).write(`${JSON.stringify({ id, method, params, ...sessionId })}\0`);
      }),
    on: (method, listener) => void listeners.set(method, listener),
  };
}

/** Sessions of the dedicated workers of the first tab that shows `origin`, by the worker's name. */
export async function attachWorkers(
  devtools: Devtools,
  origin: string,
): Promise<ReadonlyMap<string, string>> {
  const { targetInfos } = await devtools.send('Target.getTargets');
  const pages = (Array.isArray(targetInfos) ? targetInfos : []).map(objectOf);
  const page = pages.find((target) => target['type'] === 'page' && String(target['url']).startsWith(origin));
  if (!page) throw new Error(`no tab shows ${origin}`);
  const attached = await devtools.send('Target.attachToTarget', {
    targetId: page['targetId'],
    flatten: true,
  });
  const workers = new Map<string, string>();
  devtools.on('Target.attachedToTarget', ({ targetInfo, sessionId }) => {
    const { type, title } = objectOf(targetInfo);
    if (type === 'worker') workers.set(String(title), String(sessionId));
  });
  const options = { autoAttach: true, waitForDebuggerOnStart: false, flatten: true };
  await devtools.send('Target.setAutoAttach', options, String(attached['sessionId']));
  return workers;
}
