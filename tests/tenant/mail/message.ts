/** A mail's contents, the same whether they came as MIME or as JSON. */

export interface Address {
  readonly name: string;
  readonly address: string;
}

export interface Body {
  readonly type: 'text' | 'html';
  readonly content: string;
}

export type Importance = 'low' | 'normal' | 'high';

export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

export interface Attachment {
  readonly kind: 'file' | 'item' | 'reference';
  /** Unique in its message and never used again: ids are made from it. */
  readonly ordinal: number;
  readonly name: string;
  readonly contentType: string | null;
  readonly isInline: boolean;
  /** Without angle brackets. */
  readonly contentId: string | null;
  readonly contentLocation: string | null;
  /** Decoded content; of an item the MIME of the message inside. Decoded anew at each call. */
  bytes(): Uint8Array;
}

export interface MessageContent {
  readonly subject: string;
  readonly from: Address | null;
  readonly sender: Address | null;
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly bcc: readonly Address[];
  readonly replyTo: readonly Address[];
  readonly body: Body;
  /** Every transport header of received mail; of mail made here its `x-` headers. */
  readonly headers: readonly HeaderField[];
  readonly internetMessageId: string | null;
  /** Milliseconds since the epoch. */
  readonly sent: number | null;
  readonly importance: Importance;
  readonly deliveryReceipt: boolean;
  readonly readReceipt: boolean;
  /** Messages with the same key are one conversation. */
  readonly conversation: string;
  readonly attachments: readonly Attachment[];
}

/** The subject without `Re:`, `Fwd:` and their cousins in other languages. */
export const topicOf = (subject: string): string =>
  subject
    .slice(0, 512)
    .replace(/^(?:\s{0,9}(?:re|fwd?|aw|wg|sv|vs|tr|rv|res|antw)\s{0,9}:)+\s*/i, '')
    .trim();
