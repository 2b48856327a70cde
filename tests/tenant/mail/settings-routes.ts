/** What surrounds the mail: mailbox settings, the list of categories, the translation of ids. */
import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { GraphError, type GraphEnv } from '../graph/context.ts';
import { select, type Entity } from '../graph/odata.ts';
import { messageId, readId, type IdKind } from './outlook-ids.ts';
import * as reply from './request.ts';

const languages: Readonly<Record<string, string>> = {
  'en-US': 'English (United States)',
  'en-GB': 'English (United Kingdom)',
  'de-DE': 'German (Germany)',
  'fr-FR': 'French (France)',
  'ja-JP': 'Japanese (Japan)',
  'el-GR': 'Greek (Greece)',
};

const purposes = ['user', 'linked', 'shared', 'room', 'equipment', 'others'];

function purposeOf({ world, mailbox }: reply.MailRequest): string {
  const purpose = world.directory.user(mailbox.userId)?.purpose ?? 'user';
  return purposes.includes(purpose) ? purpose : 'others';
}

function settings(request: reply.MailRequest): Entity {
  const { mailbox } = request;
  const archive = mailbox.folders.byAlias('archive');
  return {
    archiveFolder: archive ? reply.idOfFolder(request, archive) : null,
    timeZone: 'UTC',
    delegateMeetingMessageDeliveryOptions: 'sendToDelegateOnly',
    dateFormat: 'yyyy-MM-dd',
    timeFormat: 'HH:mm',
    userPurpose: purposeOf(request),
    automaticRepliesSetting: {
      status: 'disabled',
      externalAudience: 'all',
      internalReplyMessage: '',
      externalReplyMessage: '',
      scheduledStartDateTime: { dateTime: '2026-01-01T00:00:00.0000000', timeZone: 'UTC' },
      scheduledEndDateTime: { dateTime: '2026-01-02T00:00:00.0000000', timeZone: 'UTC' },
    },
    language: { locale: mailbox.locale, displayName: languages[mailbox.locale] ?? mailbox.locale },
    workingHours: {
      daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
      startTime: '08:00:00.0000000',
      endTime: '17:00:00.0000000',
      timeZone: { name: 'UTC' },
    },
  };
}

function getSettings(c: reply.GraphContext): Response {
  const request = reply.openRequest(c);
  const name = c.req.param('setting');
  const all = settings(request);
  if (name === undefined) {
    const context = reply.contextUrl(request, `${request.owner}/mailboxSettings`);
    const { id: _, ...chosen } = select({ id: '', ...all }, reply.option(request, 'select'));
    return reply.answer(c, request, { '@odata.context': context, ...chosen });
  }
  if (!(name in all))
    throw new GraphError(400, 'BadRequest', `Resource not found for the segment '${name.slice(0, 60)}'.`);
  const value = all[name];
  const context = { '@odata.context': reply.contextUrl(request, `${request.owner}/mailboxSettings/${name}`) };
  return reply.answer(
    c,
    request,
    typeof value === 'object' && value !== null ? { ...context, ...value } : { ...context, value },
  );
}

/** Outlook's own categories, in the colours it gives them. */
const firstCategories = ['Red', 'Orange', 'Yellow', 'Green', 'Blue', 'Purple'];
const firstColours = [0, 1, 3, 4, 7, 8];

function listCategories(c: reply.GraphContext): Response {
  const request = reply.openRequest(c);
  const { ids } = request.mailbox;
  const used = new Set<string>();
  for (const item of request.mailbox.items()) for (const name of item.categories) used.add(name);
  const standard = firstCategories.map((name) => `${name} category`);
  const names = [...standard, ...[...used].filter((name) => !standard.includes(name)).sort()];
  const value = names.map((displayName, index) => {
    const hex = createHash('md5').update(`${ids.mailbox}:${displayName}`).digest('hex');
    const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
      '-',
    );
    const preset = firstColours[index] ?? (9 + index - firstColours.length) % 25;
    return { id, displayName, color: `preset${preset}` };
  });
  const context = reply.contextUrl(request, `${request.owner}/outlook/masterCategories`);
  return reply.answer(c, request, { '@odata.context': context, value });
}

const idTypes: Readonly<Record<string, IdKind>> = { restid: 'rest', restimmutableentryid: 'immutable' };

/** REST ids and immutable REST ids of messages, either way; at most 1,000. */
async function translateIds(c: reply.GraphContext): Promise<Response> {
  const request = reply.openRequest(c);
  const json = await reply.readJson(c);
  const inputs = json['inputIds'] ?? json['InputIds'];
  const target = idTypes[String(json['targetIdType'] ?? json['TargetIdType']).toLowerCase()];
  if (!Array.isArray(inputs) || inputs.length > 1_000 || !target) {
    throw new GraphError(
      400,
      'ErrorInvalidRequest',
      'inputIds (at most 1,000) and a known targetIdType must be given.',
    );
  }
  const { ids } = request.mailbox;
  const value = inputs.map((input: unknown) => {
    const read = readId(ids, String(input));
    const item = 'item' in read ? request.mailbox.item(read.item) : undefined;
    if (!item)
      return {
        sourceId: String(input),
        errorDetails: {
          code: 'ErrorItemNotFound',
          message: 'The specified object was not found in the store.',
        },
      };
    return {
      sourceId: String(input),
      targetId: messageId(ids, target, { folder: item.folder.key, item: item.key }),
    };
  });
  const context = reply.contextUrl(request, 'Collection(microsoft.graph.convertIdResult)');
  return reply.answer(c, request, { '@odata.context': context, value });
}

export function settingsRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  routes.get('/users/:user/mailboxSettings', getSettings);
  routes.get('/users/:user/mailboxSettings/:setting', getSettings);
  routes.get('/users/:user/outlook/masterCategories', listCategories);
  routes.post('/users/:user/translateExchangeIds', (c) => translateIds(c));
  return routes;
}
