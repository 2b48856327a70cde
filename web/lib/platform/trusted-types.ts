/**
 * The page's one Trusted Types policy, `app` (web/csp.js). It vouches for two script addresses, both made by the build,
 * and for frame documents that begin with our own head, whose policy forbids everything but styles and data: images.
 */

/** Head of every frame that shows hostile HTML. The third wall: no script, no network, no forms, no frames. */
export const frameHead =
  '<!doctype html><html><head><meta charset="utf-8">' +
  '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; ' +
  "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">" +
  '<meta name="referrer" content="no-referrer"></head>';

const scripts = [/^\/_app\/immutable\/workers\/[\w.-]+\.js$/, /^\/service-worker\.js$/];
/** Vite's development server names modules by their source path. */
const developmentScripts = [/^\/(@fs\/.*\/)?workers\/engine\.worker\.ts$/, /^\/web\/service-worker\.ts$/];

function checkScriptUrl(address: string): string {
  const url = new URL(address, location.href);
  const known = import.meta.env.DEV ? [...scripts, ...developmentScripts] : scripts;
  if (url.origin !== location.origin || !known.some((pattern) => pattern.test(url.pathname))) {
    throw new TypeError(`Not a script of this app: ${url.origin}${url.pathname}`);
  }
  return address;
}

function checkFrame(document: string): string {
  if (!document.startsWith(frameHead)) throw new TypeError('A frame document must begin with the frame head');
  return document;
}

interface Policy {
  createScriptURL(address: string): unknown;
  createHTML(document: string): unknown;
}

const checks: Policy = { createScriptURL: checkScriptUrl, createHTML: checkFrame };
const { trustedTypes } = globalThis as {
  trustedTypes?: { createPolicy(name: string, rules: Policy): Policy };
};

/** Browsers without Trusted Types take the checked strings as they are. */
const policy = trustedTypes?.createPolicy('app', checks) ?? checks;

/** Typed as string for the DOM's signatures; it is a TrustedScriptURL where the browser knows them. */
export const trustedScriptUrl = (address: string): string => policy.createScriptURL(address) as string;

/** For `srcdoc` only. */
export const trustedFrame = (document: string): string => policy.createHTML(document) as string;
