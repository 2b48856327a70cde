/**
 * The Content Security Policy, once: svelte.config.js writes the page's into index.html (with hashes) and the build
 * writes both into `_headers`. The page itself talks to this origin and the sign-in host; only the engine's worker
 * reaches Microsoft's data hosts, and only there may WebAssembly be compiled (Argon2, zstd). Reasons: docs/threat-model.md.
 */

const login = 'https://login.microsoftonline.com';
const dataHosts = [
  login,
  'https://graph.microsoft.com',
  'https://*.sharepoint.com',
  'https://outlook.office.com',
  'https://outlook.office365.com',
];
/** A relay on another origin is named at build time; by default it answers below this one. */
const relay = process.env.HOLDFAST_RELAY_ORIGIN ? [process.env.HOLDFAST_RELAY_ORIGIN] : [];

/** @type {import('@sveltejs/kit').CspDirectives} */
export const pageDirectives = {
  'default-src': ['none'],
  'script-src': ['self'],
  'style-src': ['self'],
  'style-src-attr': ['unsafe-inline'],
  'img-src': ['self', 'blob:', 'data:'],
  'font-src': ['self'],
  'connect-src': ['self', login],
  'worker-src': ['self'],
  'manifest-src': ['self'],
  'frame-src': ['self'],
  'base-uri': ['none'],
  'form-action': ['none'],
  'object-src': ['none'],
  'require-trusted-types-for': ['script'],
  'trusted-types': ['app', 'dompurify', 'svelte-trusted-html', 'sveltekit-trusted-url'],
};

/** Of the engine's worker: in `_headers`, and by the service worker where a host sends none. */
export const workerPolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  `connect-src ${["'self'", ...dataHosts, ...relay].join(' ')}`,
  "base-uri 'none'",
].join('; ');

/** The page's policy as printed in index.html, plus what a meta element may not say. */
function headerPolicy(/** @type {string} */ indexHtml) {
  const printed = /http-equiv="content-security-policy" content="([^"]+)"/.exec(indexHtml)?.[1];
  if (!printed) throw new Error('index.html carries no Content-Security-Policy');
  return `${printed.replaceAll('&#39;', "'").replaceAll('&quot;', '"')}; frame-ancestors 'none'`;
}

/** `_headers` as Cloudflare and our own server read it: `! Name` takes back what a wider rule has set. */
export function headersFile(/** @type {string} */ indexHtml) {
  return `/*
  Content-Security-Policy: ${headerPolicy(indexHtml)}
  Cross-Origin-Opener-Policy: same-origin
  Cross-Origin-Resource-Policy: same-origin
  X-Content-Type-Options: nosniff
  Referrer-Policy: no-referrer
  Strict-Transport-Security: max-age=31536000; includeSubDomains
  Permissions-Policy: camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()
/_app/immutable/*
  Cache-Control: public, max-age=31536000, immutable
/_app/immutable/workers/*
  ! Content-Security-Policy
  Content-Security-Policy: ${workerPolicy}
`;
}
