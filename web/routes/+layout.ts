/** Everything runs in the browser: no rendering on a server, no page made ahead. */
export const ssr = false;
export const prerender = false;
