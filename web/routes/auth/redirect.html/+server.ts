/**
 * The page that Microsoft's sign-in comes back to, a plain file of the build: no framework, no other script, nothing
 * stored. It hands the answer to the tab that waits for it (docs/screens.md) and closes.
 */
import type { RequestHandler } from './$types';

export const prerender = true;

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="referrer" content="no-referrer">
    <title>Signing in – Holdfast</title>
    <script src="/auth/bridge.js" defer></script>
  </head>
  <body style="display:grid;place-content:center;min-height:90vh;margin:1rem;font:1rem/1.5 system-ui,sans-serif;text-align:center">
    <p id="state" role="status">You are signed in. You can close this window.</p>
  </body>
</html>
`;

export const GET: RequestHandler = () =>
  new Response(page, { headers: { 'content-type': 'text/html; charset=utf-8' } });
