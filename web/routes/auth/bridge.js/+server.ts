/** MSAL's own redirect bridge as it ships, plus the one call. Taken from the package at build time, so never stale. */
import type { RequestHandler } from './$types';
import bridge from '../../../../node_modules/@azure/msal-browser/lib/redirect-bridge/msal-redirect-bridge.min.js?raw';

export const prerender = true;

const call = `
msalRedirectBridge.broadcastResponseToMainFrame().catch(() => {
  document.getElementById('state').textContent = 'There is no sign-in to finish here. You can close this window.';
});
`;

export const GET: RequestHandler = () =>
  new Response(bridge + call, { headers: { 'content-type': 'text/javascript; charset=utf-8' } });
