/** Bytes of an answer → typed value. Nothing of Graph is cast: every answer passes a schema. */
import { safeParse, type GenericSchema, type InferOutput } from 'valibot';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';

const decoder = new TextDecoder();

/** Undefined for an empty body (204, 202); `graph/unexpected-shape` where it is not JSON. */
export function parseJson(bytes: Uint8Array): Result<unknown> {
  if (bytes.length === 0) return ok(undefined);
  try {
    return ok(JSON.parse(decoder.decode(bytes)) as unknown);
  } catch {
    return err(
      failure('graph/unexpected-shape', `an answer of ${bytes.length} bytes is not JSON`, { retry: 'later' }),
    );
  }
}

/** The failure names the path of the first field that does not fit, never its value. */
export function parseShape<S extends GenericSchema>(value: unknown, schema: S): Result<InferOutput<S>> {
  const parsed = safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return ok(parsed.output);
  const [issue] = parsed.issues;
  const path = issue.path?.map((step) => String(step.key)).join('.') ?? 'the answer';
  const expected = issue.expected ?? 'something else';
  return err(failure('graph/unexpected-shape', `${path}: expected ${expected.slice(0, 80)}`));
}
