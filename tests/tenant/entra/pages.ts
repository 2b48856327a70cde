/** The pages of the sign-in service. They work without scripts: plain forms that post back to their own address. */
import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { Scope } from '../directory/app-registry.ts';
import type { DirectoryUser } from '../directory/store.ts';

type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

const style = raw(`
  *{box-sizing:border-box} body{margin:0;min-height:100vh;display:grid;place-items:center;background:#eef1f5;
  font:15px/1.45 "Segoe UI",system-ui,sans-serif;color:#1b1b1b}
  main{width:min(440px,100vw);background:#fff;padding:40px 44px;box-shadow:0 2px 6px rgba(0,0,0,.2)}
  .brand{display:flex;align-items:center;gap:10px;font-weight:600;color:#444;margin-bottom:20px}
  .mark{width:22px;height:22px;border-radius:5px;background:linear-gradient(135deg,#2b6cb0,#38a169)}
  h1{font-size:24px;font-weight:600;margin:0 0 12px} p{margin:0 0 14px} small,.hint{color:#5e5e5e;font-size:13px}
  ul{margin:0 0 16px;padding-left:18px} form{margin:0}
  .account{display:flex;gap:12px;align-items:center;width:calc(100% + 88px);margin:0 -44px;padding:7px 44px;border:0;
  background:none;text-align:left;font:inherit;cursor:pointer} .account:hover,.account:focus-visible{background:#f2f4f7}
  .account[disabled]{opacity:.5;cursor:default;background:none}
  .face{flex:none;width:36px;height:36px;border-radius:50%;background:#d8dee8;display:grid;place-items:center;font-weight:600}
  .account b{display:block;font-weight:600} .account small{overflow-wrap:anywhere}
  .other{display:flex;gap:8px;margin-top:10px} .other input{flex:1;min-width:0;padding:7px 9px;font:inherit;border:1px solid #8a8f98}
  .other button{padding:7px 14px;border:0;font:inherit;cursor:pointer;background:#d6d9dd} .buttons{display:flex;justify-content:flex-end;gap:8px;margin-top:24px}
  .buttons button{min-width:108px;padding:7px 12px;border:0;font:inherit;cursor:pointer;background:#d6d9dd}
  .buttons .main{background:#0b5cad;color:#fff} label{display:block;margin:0 0 12px}
  details{margin-top:14px} code{font-size:12px;word-break:break-all}
`);

const page = (title: string, body: Html): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${style}
        </style>
      </head>
      <body>
        <main>
          <div class="brand"><span class="mark"></span>Simulated Microsoft 365</div>
          ${body}
        </main>
      </body>
    </html>`;

const initials = (user: DirectoryUser) =>
  user.displayName
    .split(' ')
    .map((word) => word[0] ?? '')
    .join('')
    .slice(0, 2);

/** In a large tenant the rest is reached by name. */
const offeredAtMost = 9;

export function accountPage(
  appName: string,
  users: readonly DirectoryUser[],
  roleOf: (user: DirectoryUser) => string,
) {
  const accounts = users.slice(0, offeredAtMost).map(
    (user) =>
      html`<button class="account" name="account" value="${user.id}">
        <span class="face">${initials(user)}</span>
        <span>
          <b>${user.displayName}</b>
          <small>${user.userPrincipalName}${roleOf(user) ? ` · ${roleOf(user)}` : ''}</small>
        </span>
      </button>`,
  );
  return page(
    'Sign in to your account',
    html`<h1>Pick an account</h1>
      <p>to continue to <b>${appName}</b></p>
      <form method="post">${accounts}</form>
      <form method="post" class="other">
        <input
          name="account"
          aria-label="Another account"
          placeholder="Another account: name@domain"
          required
        />
        <button>Next</button>
      </form>
      <p class="hint" style="margin-top:18px">A simulated tenant: no password is asked for.</p>
      <form method="post" class="buttons"><button name="cancel" value="yes">Cancel</button></form>`,
  );
}

export interface ConsentView {
  readonly appName: string;
  readonly publisher: string;
  readonly user: DirectoryUser;
  readonly scopes: readonly Pick<Scope, 'value' | 'user' | 'name' | 'admin'>[];
  /** An administrator may consent for everybody. */
  readonly mayConsentForAll: boolean;
}

export function consentPage(view: ConsentView) {
  const items = view.scopes.map(
    (scope) =>
      html`<li>
        ${(view.mayConsentForAll ? scope.name : scope.user) || scope.value} <small>(${scope.value})</small>
      </li>`,
  );
  const forAll = view.mayConsentForAll
    ? html`<label>
        <input type="checkbox" name="forEveryone" value="yes" /> Consent on behalf of your organization
      </label>`
    : '';
  return page(
    'Permissions requested',
    html`<p class="hint">${view.user.userPrincipalName}</p>
      <h1>Permissions requested</h1>
      <p><b>${view.appName}</b><br /><small>${view.publisher}</small></p>
      <p>This application would like to:</p>
      <ul>
        ${items}
      </ul>
      <form method="post">
        <input type="hidden" name="account" value="${view.user.id}" />
        ${forAll}
        <p class="hint">
          Accepting these permissions means that you allow this app to use your data as specified.
        </p>
        <div class="buttons">
          <button name="consent" value="no">Cancel</button>
          <button class="main" name="consent" value="yes">Accept</button>
        </div>
      </form>`,
  );
}

export function approvalPage(appName: string, user: DirectoryUser) {
  return page(
    'Need admin approval',
    html`<p class="hint">${user.userPrincipalName}</p>
      <h1>Need admin approval</h1>
      <p>
        <b>${appName}</b> needs permission to access resources in your organization that only an admin can
        grant. Please ask an admin to grant permission to this app before you can use it. (AADSTS90094)
      </p>
      <form method="post">
        <input type="hidden" name="account" value="${user.id}" />
        <button class="account" name="giveUp" value="yes">
          Return to the application without granting consent
        </button>
      </form>`,
  );
}

export function errorPage(description: string) {
  return page(
    'Sign in to your account',
    html`<h1>Sorry, but we’re having trouble signing you in.</h1>
      <p><code>${description}</code></p>`,
  );
}

export const signedOutPage = () =>
  page(
    'Sign out',
    html`<h1>You signed out of your account</h1>
      <p>It’s a good idea to close all windows.</p>`,
  );

/** `response_mode=form_post`: the answer as a form that sends itself to the app, or is sent by its button. */
export function formPostPage(to: string, values: readonly (readonly [string, string])[]): Html {
  return page(
    'Working…',
    html`<form method="post" action="${to}">
        ${values.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
        <div class="buttons"><button class="main">Continue</button></div>
      </form>
      <script>
        document.forms[0].submit();
      </script>`,
  );
}
