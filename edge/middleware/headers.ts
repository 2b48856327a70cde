/** Headers of every answer: nothing is stored, framed, sniffed or referred. */
import { createMiddleware } from 'hono/factory';

export const headers = createMiddleware(async (c, next) => {
  await next();
  c.header('Cache-Control', 'no-store');
  c.header('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
  c.header('Cross-Origin-Resource-Policy', 'same-origin');
  c.header('Referrer-Policy', 'no-referrer');
  c.header('Strict-Transport-Security', 'max-age=63072000');
  c.header('X-Content-Type-Options', 'nosniff');
});
