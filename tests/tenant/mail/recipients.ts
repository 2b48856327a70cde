/** Recipients as Graph words them, in both directions. */
import { GraphError } from '../graph/context.ts';
import type { Address } from './message.ts';

export interface Recipient {
  readonly emailAddress: { readonly name: string; readonly address: string };
}

export const toRecipient = ({ name, address }: Address): Recipient => ({
  emailAddress: { name: name || address, address },
});

const invalid = (message: string): GraphError => new GraphError(400, 'ErrorInvalidRecipients', message);

/** A recipient of a request; 400 where it has no object `emailAddress`. */
export function parseRecipient(input: unknown): Address {
  const entry = (input as { emailAddress?: unknown } | null | undefined)?.emailAddress;
  const { name, address } = (entry ?? {}) as { name?: unknown; address?: unknown };
  if (typeof entry !== 'object' || entry === null) {
    throw new GraphError(400, 'RequestBodyRead', "An unexpected 'null' value was found for 'emailAddress'.");
  }
  const mail = typeof address === 'string' ? address.trim() : '';
  return { name: typeof name === 'string' && name !== '' ? name : mail, address: mail };
}

export function parseRecipients(input: unknown, property: string): Address[] {
  if (input === null || input === undefined) return [];
  if (!Array.isArray(input)) {
    throw new GraphError(
      400,
      'RequestBodyRead',
      `A value for the collection property '${property}' was expected.`,
    );
  }
  return input.map(parseRecipient);
}

/** Reply-To must be deliverable: an SMTP address or an Exchange distinguished name (seen by alcionai/corso). */
export function parseReplyTo(input: unknown): Address[] {
  const list = parseRecipients(input, 'replyTo');
  const bad = list.find(({ address }) => !/^[^\s@<>]+@[^\s@<>]+$/.test(address) && !/^\/o=/i.test(address));
  if (bad) {
    throw invalid(
      `At least one recipient is not valid., Recipient '${bad.address}' is not resolved. All recipients must be resolved before a message can be submitted.`,
    );
  }
  return list;
}
