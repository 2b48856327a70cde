/**
 * What Graph's error answers mean. Codes decide, most specific first (`error.code`, then each `innerError.code`
 * inside it); message text decides in the two cases that Microsoft answers with a general code only.
 * Source of codes: learn.microsoft.com/graph/errors, the workloads' own pages, and what corso met in production.
 */
import { failure, type Failure, type FailureCode, type Retry } from '../kernel/failure.ts';

/** An answer outside 2xx; `body` bounded by whoever read it, `retryAfter` where the browser may see the header. */
export interface ErrorAnswer {
  readonly status: number;
  readonly body: string;
  readonly retryAfterMs?: number;
  readonly requestId?: string;
}

type Story = readonly [code: FailureCode, story: string];

/** By lower-case code: Microsoft spells some of them in two ways. */
const stories: Readonly<Record<string, Story>> = {
  invalidauthenticationtoken: ['sign-in/token-rejected', 'the token has expired or was revoked'],
  erroraccessdenied: [
    'graph/forbidden',
    'Exchange refuses: a role is missing or a policy excludes this mailbox',
  ],
  authorization_requestdenied: ['graph/forbidden', 'the directory refuses: a permission or role is missing'],
  accessdenied: ['graph/forbidden', 'OneDrive or SharePoint refuses: a permission is missing'],
  sharingdisabled: ['graph/forbidden', 'sharing is switched off for this site'],
  credentialtypenotallowedasperapppolicy: [
    'graph/credential-refused',
    "the tenant's policy for apps refuses certificates",
  ],
  credentialinvalidlifetimeasperapppolicy: [
    'graph/credential-refused',
    "the tenant's policy for apps refuses a certificate that lives so long",
  ],
  notallowed: ['graph/forbidden', 'the item does not allow this'],
  erroritemnotfound: ['graph/not-found', 'the item is gone'],
  itemnotfound: ['graph/not-found', 'the item is gone'],
  errorsyncfoldernotfound: ['graph/not-found', 'the folder is gone'],
  errorfoldernotfound: ['graph/not-found', 'the folder is gone'],
  errorinvaliduser: ['graph/not-found', 'no such user'],
  resourcenotfound: ['graph/not-found', 'no such user or resource'],
  request_resourcenotfound: ['graph/not-found', 'the directory does not know this object (yet)'],
  mailboxnotenabledforrestapi: ['graph/no-mailbox', 'the mailbox is inactive, deleted or on-premises'],
  mailboxnotsupportedforrestapi: ['graph/no-mailbox', 'the mailbox is of a kind Graph does not open'],
  errornonexistentmailbox: ['graph/no-mailbox', 'the account has no mailbox'],
  errorfolderexists: ['graph/conflict', 'a folder of this name is there already'],
  namealreadyexists: ['graph/conflict', 'an item of this name is there already'],
  upload_name_conflict: ['graph/conflict', 'another item took the name during the upload'],
  request_multipleobjectswithsamekeyvalue: ['graph/conflict', 'the directory already has such an object'],
  errorirresolvableconflict: ['graph/conflict', 'the item changed meanwhile'],
  syncstatenotfound: ['graph/resync-required', 'the delta token is no longer known'],
  syncstateinvalid: ['graph/resync-required', 'the delta token is not valid here'],
  resyncrequired: ['graph/resync-required', 'the drive asks for a new enumeration'],
  resyncchangesapplydifferences: ['graph/resync-required', 'the drive asks for a new enumeration'],
  resyncchangesuploaddifferences: ['graph/resync-required', 'the drive asks for a new enumeration'],
  errorcorruptdata: ['graph/corrupt-item', 'Exchange cannot read the item itself'],
  errorcannotopenfileattachment: ['graph/corrupt-item', 'Exchange cannot convert an attachment'],
  errorinvalidrecipients: ['graph/corrupt-item', 'the item holds recipients that Exchange cannot read'],
  malwaredetected: ['graph/malware', 'Microsoft marked the file as malware and does not hand it out'],
  virussuspicious: ['graph/malware', 'Microsoft suspects malware and does not hand the file out'],
  resourcelocked: ['graph/locked', 'someone holds the file open'],
  errorquotaexceeded: ['graph/quota-exceeded', 'the mailbox is full'],
  quotalimitreached: ['graph/quota-exceeded', 'the drive is full'],
  insufficientstorage: ['graph/quota-exceeded', 'the drive is full'],
  errormessagesizeexceeded: ['graph/too-large', 'the message exceeds the mailbox limit'],
  errorattachmentsizelimitexceeded: ['graph/too-large', 'the attachment exceeds the limit'],
  applicationthrottled: ['graph/throttled', 'the mailbox limit for this app is reached'],
  errortoomanyobjectsopened: ['graph/throttled', 'too many objects of this mailbox are open'],
  toomanyrequests: ['graph/throttled', 'the service limit for this app is reached'],
  request_throttledtemporarily: ['graph/throttled', 'the directory limit for this app is reached'],
  activitylimitreached: ['graph/throttled', 'the SharePoint limit for this app is reached'],
  throttledrequest: ['graph/throttled', 'the SharePoint limit for this app is reached'],
  servicenotavailable: ['graph/unavailable', 'the service is busy'],
  errorserverbusy: ['graph/unavailable', 'Exchange is busy'],
  errormailboxstoreunavailable: ['graph/unavailable', 'the mailbox store is away for the moment'],
  errormailboxmoveinprogress: ['graph/unavailable', 'the mailbox is being moved'],
  errorinternalservertransienterror: ['graph/unavailable', 'Exchange had a passing fault'],
  errortimeoutexpired: ['graph/unavailable', 'Exchange took too long'],
  gatewaytimeout: ['graph/unavailable', 'a service behind Graph took too long'],
  pathistoolong: ['graph/bad-request', 'the path is longer than 400 characters'],
  invalidpath: ['graph/bad-request', 'the name is not allowed here'],
};

/** Where no code is known. */
const byStatus: Readonly<Record<number, Story>> = {
  401: ['sign-in/token-rejected', 'the token was not accepted'],
  403: ['graph/forbidden', 'the service refuses'],
  404: ['graph/not-found', 'not found'],
  409: ['graph/conflict', 'the item exists or has changed'],
  410: ['graph/resync-required', 'the delta token has expired'],
  412: ['graph/conflict', 'the item has changed meanwhile'],
  413: ['graph/too-large', 'the request is too large'],
  423: ['graph/locked', 'the resource is locked'],
  429: ['graph/throttled', 'the service asks to slow down'],
  507: ['graph/quota-exceeded', 'no space left'],
  509: ['graph/throttled', 'the bandwidth limit is reached'],
};

const retryByCode: Partial<Record<FailureCode, Retry>> = {
  'graph/throttled': 'later',
  'graph/unavailable': 'later',
  'graph/locked': 'later',
  'graph/forbidden': 'after-user',
  'graph/credential-refused': 'after-user',
  'graph/quota-exceeded': 'after-user',
  'sign-in/token-rejected': 'after-user',
};

/** Failure of an answer: facts hold status, Graph's own code and request id; the message text is left behind. */
export function failureOfAnswer(answer: ErrorAnswer): Failure {
  const { codes, message } = readError(answer.body);
  const known = codes.findLast((code) => storyOf(code) !== undefined);
  const [code, story] = storyOfText(message) ?? storyOf(known) ?? storyOfStatus(answer.status);
  const name = known ?? codes.at(-1);
  return failure(code, `${answer.status}${name ? ` ${name}` : ''}: ${story}`, {
    retry: retryByCode[code] ?? 'no',
    facts: {
      status: answer.status,
      ...(name && { graphCode: name }),
      ...(answer.requestId && { requestId: answer.requestId }),
      ...(answer.body === '' && { emptyBody: true }),
      ...(code === 'graph/credential-refused' && policyOf(message)),
    },
    ...(answer.retryAfterMs !== undefined && { retryAfterMs: answer.retryAfterMs }),
  });
}

/** The one name worth keeping of a message: which policy an administrator has to look at. */
function policyOf(message: string): { policy?: string } {
  const policy = /policy '([^']{1,120})'/.exec(message)?.[1];
  return policy === undefined ? {} : { policy };
}

/** Own keys only: a code may be any word, `constructor` as well. */
const storyOf = (code: string | undefined): Story | undefined =>
  code !== undefined && Object.hasOwn(stories, code.toLowerCase()) ? stories[code.toLowerCase()] : undefined;

function storyOfStatus(status: number): Story {
  const story = byStatus[status];
  if (story) return story;
  return status >= 500
    ? ['graph/unavailable', 'the service had a fault']
    : ['graph/bad-request', 'the service did not accept the request'];
}

/**
 * A missing OneDrive comes as `ResourceNotFound`, `itemNotFound` or `BadRequest`, told apart by its text alone
 * (m365 "mysite" and licence answers, as corso matches them).
 */
function storyOfText(message: string): Story | undefined {
  const text = message.toLowerCase();
  if (text.includes('mysite')) return ['graph/no-drive', 'this account has no OneDrive yet'];
  if (text.includes('does not have a spo license'))
    return ['graph/no-drive', 'the tenant has no SharePoint licence'];
  return undefined;
}

/** Codes from the outside in; unknown shapes give none. */
function readError(body: string): { codes: string[]; message: string } {
  const codes: string[] = [];
  let level: unknown = property(parseJson(body), 'error');
  const message = property(level, 'message');
  for (let depth = 0; depth < 5 && level !== undefined; depth++) {
    const code = property(level, 'code');
    if (typeof code === 'string' && /^[\w.-]{1,80}$/.test(code)) codes.push(code);
    level = property(level, 'innerError') ?? property(level, 'innererror');
  }
  return { codes, message: typeof message === 'string' ? message.slice(0, 500) : '' };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const property = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
