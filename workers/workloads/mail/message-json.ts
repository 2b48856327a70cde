/** A message as Graph takes it for creation: everything in one request, because a non-draft cannot be changed later. */
import type { JsonValue, Row } from '../../repository/model.ts';
import { parseMeta, type Address, type MessageFacts, type MessageMeta } from './message-facts.ts';
import type { StoredMessage } from './stored-message.ts';

/** Holds the id of the message that was restored, so that a second try finds what the first has made. */
export const sourceProperty = 'String {6f1c2a3e-9d54-4f0b-8b61-2f7c0d5e91a4} Name HoldfastSource';

/** PidTagMessageFlags: 1 read, 4 submitted. Without bit 8 (unsent) the message is no draft; settable at creation only. */
const flagsProperty = 'Integer 0x0E07';
const submittedProperty = 'SystemTime 0x0039';
const deliveredProperty = 'SystemTime 0x0E06';

export interface MessageJson {
  readonly json: Readonly<Record<string, JsonValue>>;
  readonly losses: readonly string[];
}

export function messageJson(
  row: Row,
  stored: Pick<StoredMessage, 'body' | 'headers' | 'sealed'>,
): MessageJson {
  const meta = parseMeta(row.meta);
  const { facts } = meta;
  const replyTo = facts.replyTo?.filter(isDeliverable);
  const json: Record<string, JsonValue | undefined> = {
    subject: row.name,
    body: { ...stored.body },
    ...peopleOf(facts, replyTo),
    isRead: meta.isRead,
    importance: facts.importance ?? 'normal',
    categories: facts.categories,
    flag: facts.flag && flagJson(facts.flag),
    internetMessageId: facts.messageId,
    inferenceClassification: facts.inference,
    isReadReceiptRequested: facts.readReceipt,
    isDeliveryReceiptRequested: facts.deliveryReceipt,
    singleValueExtendedProperties: extendedProperties(row, meta),
    ...(stored.headers.length > 0 && {
      internetMessageHeaders: stored.headers.map((header) => ({ ...header })),
    }),
  };
  return { json: withoutUndefined(json), losses: lossesOf(facts, replyTo?.length, stored.sealed) };
}

const peopleOf = (
  { from, sender = from, to, cc, bcc }: MessageFacts,
  replyTo: readonly Address[] | undefined,
): Record<string, JsonValue | undefined> => ({
  from: from && recipient(from),
  sender: sender && recipient(sender),
  toRecipients: to?.map(recipient),
  ccRecipients: cc?.map(recipient),
  bccRecipients: bcc?.map(recipient),
  replyTo: replyTo?.map(recipient),
});

function lossesOf(facts: MessageFacts, replyTos: number | undefined, sealed: boolean): string[] {
  const losses: string[] = [];
  if (facts.type !== undefined)
    losses.push(`Kind of message: a ${facts.type} comes back as an ordinary message`);
  if ((replyTos ?? 0) < (facts.replyTo?.length ?? 0)) {
    losses.push('Reply-to: Exchange takes only deliverable addresses');
  }
  if (sealed)
    losses.push('Signature or encryption: they hold for the original alone, which can be downloaded');
  return losses;
}

function extendedProperties(row: Row, { facts, isRead }: MessageMeta): JsonValue {
  const properties: [id: string, value: string | undefined][] = [
    [flagsProperty, facts.draft ? undefined : String(isRead ? 5 : 4)],
    [submittedProperty, facts.sent],
    [deliveredProperty, facts.received],
    ...Object.entries(facts.marks ?? {}),
    [sourceProperty, row.item],
  ];
  return properties.flatMap(([id, value]) => (value === undefined ? [] : [{ id, value }]));
}

/** A due date is refused without a start. */
const flagJson = ({ status, start, due, completed }: NonNullable<MessageFacts['flag']>): JsonValue =>
  withoutUndefined({
    flagStatus: status,
    startDateTime: start ?? due,
    dueDateTime: due,
    completedDateTime: completed,
  });

const recipient = ({ name, address }: Address): JsonValue => ({
  emailAddress: withoutUndefined({ name: name ?? address, address }),
});

/** An SMTP address or an Exchange distinguished name; anything else is answered with 400. */
const isDeliverable = ({ address }: Address): boolean =>
  /^[^\s@<>]+@[^\s@<>]+$/.test(address ?? '') || /^\/o=/i.test(address ?? '');

const withoutUndefined = (
  fields: Readonly<Record<string, JsonValue | undefined>>,
): Record<string, JsonValue> =>
  Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined),
  );
