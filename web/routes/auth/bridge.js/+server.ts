/**
 * MSAL's own redirect bridge as it ships, plus the one call. Taken from the package at build time, so never stale. The
 * answer to an administrator's consent link comes to the same address, because no other need be registered; nobody waits
 * for it here.
 */
import type { RequestHandler } from './$types';
import { consentPath } from '#lib/features/operator/consent-link.ts';
import bridge from '../../../../node_modules/@azure/msal-browser/lib/redirect-bridge/msal-redirect-bridge.min.js?raw';

export const prerender = true;

const call = `
const answer = new URLSearchParams(location.search);
if (answer.has('admin_consent')) location.replace('${consentPath}' + location.search);
else msalRedirectBridge.broadcastResponseToMainFrame().catch(() => {
  document.getElementById('state').textContent = 'There is no sign-in to finish here. You can close this window.';
});
`;

export const GET: RequestHandler = () =>
  new Response(bridge + call, { headers: { 'content-type': 'text/javascript; charset=utf-8' } });
