/** Facts asked for by name, all in one go: a batch of twenty GETs an exchange, each with its own answer or failure. */
import { unknown, type GenericSchema, type InferOutput } from 'valibot';
import type { GraphClient } from '../graph/client.ts';
import { parseShape } from '../graph/parse.ts';
import type { Result } from '../kernel/result.ts';
import { directory } from './installation.ts';

export interface Question<S extends GenericSchema = GenericSchema> {
  readonly path: string;
  readonly schema: S;
}

export type Answers<Q extends Readonly<Record<string, Question>>> = {
  readonly [K in keyof Q]: Result<InferOutput<Q[K]['schema']>>;
};

export async function ask<Q extends Readonly<Record<string, Question>>>(
  graph: GraphClient,
  questions: Q,
  signal?: AbortSignal,
): Promise<Answers<Q>> {
  const names = Object.keys(questions);
  const requests = Object.values(questions).map(({ path }) => ({ path, schema: unknown() }));
  const answers = await graph.batch(requests, { ...directory, ...(signal && { signal }) });
  const entries = names.map((name, index) => {
    const answer = answers[index];
    const schema = questions[name]?.schema;
    if (!answer || !schema) throw new Error('A batch has an answer for every part');
    return [name, answer.ok ? parseShape(answer.value, schema) : answer] as const;
  });
  return Object.fromEntries(entries) as unknown as Answers<Q>;
}
