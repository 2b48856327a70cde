/** The last stage of the Graph chain: one exchange with the token of the call. */
import { readChallenge } from './authorise.ts';
import { cancelled, type Stage } from './call.ts';
import { exchange, type ExchangeDeps } from './exchange.ts';

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
    if (result.ok) return call.succeed(result.value);
    call.answerLost ||= /^(network\/|graph\/unavailable)/.test(result.error.code);
    call.fail(result.error);
  };
}
