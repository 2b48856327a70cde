/** What browsing shows. Every string that came from the tenant is hostile: text nodes only. */

export interface SnapshotView {
  readonly id: string;
  readonly account: { readonly id: string; readonly userPrincipalName: string; readonly displayName: string };
  readonly workload: 'mail' | 'drive' | 'tasks' | 'directory';
  readonly kind: 'partial' | 'complete';
  readonly committedAt: string;
  readonly items: number;
  readonly bytes: number;
  readonly pending: number;
  readonly skipped: number;
  readonly failed: number;
}

export interface FolderView {
  readonly id: string;
  readonly parent: string | null;
  readonly name: string;
  readonly role: string | null;
  readonly items: number;
}

export interface RowView {
  readonly item: string;
  readonly folder: string;
  readonly name: string;
  readonly date: string;
  readonly size: number;
  readonly state: 'stored' | 'partial' | 'pending' | 'skipped' | 'failed';
  readonly reason?: string;
  readonly from?: string;
  readonly isRead?: boolean;
  readonly hasAttachments?: boolean;
  readonly preview?: string;
  readonly task?: TaskRowView;
}

/** What a list shows of a task. Days are as the service has them: `2026-12-01`. */
export interface TaskRowView {
  readonly status: string;
  readonly due?: string;
  readonly completed?: string;
  readonly importance?: string;
  /** Done, and all. */
  readonly steps?: readonly [number, number];
}

export interface TaskView {
  readonly title: string;
  /** Plain text, of formatted notes as well. */
  readonly note: string;
  readonly facts: readonly (readonly [string, string])[];
  readonly steps: readonly { readonly name: string; readonly done: boolean }[];
  readonly links: readonly { readonly name: string; readonly address: string }[];
  readonly files: readonly { readonly index: number; readonly name: string; readonly size: number }[];
}

export interface ItemView extends RowView {
  readonly path: readonly string[];
  /** Facts for the details panel, in order: label and value. */
  readonly facts: readonly (readonly [string, string])[];
}

export interface MessageView {
  readonly subject: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly date: string;
  /** As in the mail, unsanitised: only `web/lib/text/mail-preview.ts` may handle it. */
  readonly html: string | null;
  readonly text: string | null;
  readonly attachments: readonly {
    readonly index: number;
    readonly name: string;
    readonly type: string;
    readonly size: number;
    readonly inline: boolean;
    /** For cid: images that passed the magic-byte check: png, jpeg, gif or webp as a data: URL. */
    readonly contentId?: string;
    readonly imageDataUrl?: string;
  }[];
  readonly headers: readonly (readonly [string, string])[];
  /** Too large to show whole: the rest is in the original, which can be downloaded. */
  readonly shortened?: true;
}
