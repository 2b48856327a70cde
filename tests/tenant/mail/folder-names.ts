/** Outlook's well-known folders: the number in their id, their place, their name by language. */

export interface WellKnownFolder {
  readonly alias: string;
  /** The counter Exchange gives these folders in every mailbox; it stands in the folder's id. */
  readonly number: number;
  readonly parent: number;
  readonly hidden: boolean;
}

/** Parent of what a mail client does not show. Not reachable itself. */
export const storeRoot = 0x101;
export const messageRoot = 0x108;
const recoverableRoot = 0x110;

const visible = (alias: string, number: number): WellKnownFolder => ({
  alias,
  number,
  parent: messageRoot,
  hidden: false,
});

/** Folders that a mailbox has from its first day; `clutter`, `scheduled` and the sync issues come later or never. */
export const wellKnownFolders: readonly WellKnownFolder[] = [
  { alias: 'msgfolderroot', number: messageRoot, parent: storeRoot, hidden: false },
  visible('inbox', 0x10c),
  visible('drafts', 0x10f),
  visible('sentitems', 0x109),
  visible('deleteditems', 0x10a),
  visible('outbox', 0x10b),
  visible('junkemail', 0x116),
  visible('archive', 0x157),
  visible('conversationhistory', 0x14a),
  { alias: 'searchfolders', number: 0x105, parent: storeRoot, hidden: true },
  { alias: 'recoverableitemsdeletions', number: 0x111, parent: recoverableRoot, hidden: true },
];

/** Folders below the root that no client shows. Their names are the same in every language. */
export const hiddenFolders: readonly string[] = ['Conversation Action Settings', 'Quick Step Settings'];

const english: Readonly<Record<string, string>> = {
  msgfolderroot: 'Top of Information Store',
  inbox: 'Inbox',
  drafts: 'Drafts',
  sentitems: 'Sent Items',
  deleteditems: 'Deleted Items',
  outbox: 'Outbox',
  junkemail: 'Junk Email',
  archive: 'Archive',
  conversationhistory: 'Conversation History',
  searchfolders: 'Finder',
  recoverableitemsdeletions: 'Deletions',
};

const byLanguage: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  en: english,
  de: {
    msgfolderroot: 'Oberste Ebene des Informationsspeichers',
    inbox: 'Posteingang',
    drafts: 'Entwürfe',
    sentitems: 'Gesendete Elemente',
    deleteditems: 'Gelöschte Elemente',
    outbox: 'Postausgang',
    junkemail: 'Junk-E-Mail',
    archive: 'Archiv',
    conversationhistory: 'Verlauf der Unterhaltung',
  },
  fr: {
    msgfolderroot: 'Banque d’informations',
    inbox: 'Boîte de réception',
    drafts: 'Brouillons',
    sentitems: 'Éléments envoyés',
    deleteditems: 'Éléments supprimés',
    outbox: 'Boîte d’envoi',
    junkemail: 'Courrier indésirable',
    archive: 'Archives',
    conversationhistory: 'Historique des conversations',
  },
  ja: {
    inbox: '受信トレイ',
    drafts: '下書き',
    sentitems: '送信済みアイテム',
    deleteditems: '削除済みアイテム',
    outbox: '送信トレイ',
    junkemail: '迷惑メール',
    archive: 'アーカイブ',
    conversationhistory: '会話の履歴',
  },
  el: {
    inbox: 'Εισερχόμενα',
    drafts: 'Πρόχειρα',
    sentitems: 'Απεσταλμένα',
    deleteditems: 'Διαγραμμένα',
    outbox: 'Εξερχόμενα',
    junkemail: 'Ανεπιθύμητη αλληλογραφία',
    archive: 'Αρχειοθήκη',
    conversationhistory: 'Ιστορικό συνομιλιών',
  },
};

/** The display name in the language of `locale` (`de-DE`), English where it is not known. */
export function folderName(alias: string, locale: string): string {
  const language = locale.slice(0, 2).toLowerCase();
  return byLanguage[language]?.[alias] ?? english[alias] ?? alias;
}

/** The alias of a default folder by its English name, for seed folders: `Sent Items` → `sentitems`. */
export function aliasOfEnglishName(name: string): string | undefined {
  const lower = name.toLowerCase();
  return Object.keys(english).find((alias) => english[alias]?.toLowerCase() === lower);
}
