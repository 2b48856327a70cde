/** The last stage of the Graph chain: one exchange with the token of the call. */
import { readChallenge } from './authorise.ts';
import { ok, type Result } from '../kernel/result.ts';
import { cancelled, type Answer, type Stage } from './call.ts';
import { exchange, type ExchangeDeps } from './exchange.ts';
import { parseJson } from './parse.ts';

export function createSend(deps: ExchangeDeps): Stage {
  return async (call) => {
    const { request, token } = call;
    if (request.signal?.aborted) return call.fail(cancelled());
    const init: RequestInit = {
      method: request.method,
      headers: { ...request.headers, Authorization: `Bearer ${token ?? ''}` },
      // An answer of Graph never sends a token anywhere else.
      redirect: 'manual',
      ...(request.body !== undefined && { body: request.body as BodyInit }),
    };
    const refused = (headers: Headers) => {
      call.challenge = readChallenge(headers.get('www-authenticate'));
    };
    const { maxBytes, signal } = request;
    const result = await exchange(request.url, init, deps, { maxBytes, signal, refused });
    const answer = result.ok && request.expects === 'json' ? withJson(result.value) : result;
    if (answer.ok) return call.succeed(answer.value);
    call.answerLost ||= result.ok || /^(network\/|graph\/unavailable)/.test(answer.error.code);
    call.fail(answer.error);
  };
}

function withJson(answer: Answer): Result<Answer> {
  const json = parseJson(answer.bytes);
  return json.ok ? ok({ ...answer, json: json.value }) : json;
}
