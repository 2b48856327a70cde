/** Sentences that an office might write, in the languages of the demo's people. */
import type { Random } from './random.ts';

export type Language = 'en' | 'de' | 'ja' | 'ru' | 'ar' | 'el';

const sentences: Readonly<Record<Language, readonly string[]>> = {
  en: [
    'The staircase in Rotterdam was finished two weeks early and stayed within its budget.',
    'Oak is scarce this spring; ash would be possible at the same price.',
    'The dust extraction of the panel saw must be serviced before the summer.',
    'Three suppliers answered our request; only one of them can deliver before March.',
    'Please read the figures on page two before the meeting and bring your questions.',
    'Returns fell for the fourth month in a row, mostly because of the new packaging.',
    'The workshop asks for a second edge sander.',
    'We agreed to keep the current price list until the end of the quarter.',
    'Legal has no objection, provided that clause seven names the place of jurisdiction.',
    'The workshop is on Thursday; lunch will be served in the small canteen.',
    'Energy use is down by nine per cent since the cooling was replaced.',
    'Customers praise the fast answers and complain about the invoices.',
    'The next audit is announced for the second week of February.',
    'Travel costs above 400 euros need the approval of the head of department.',
    'Nobody should have to type the same address twice; the new form remembers it.',
    'The list of hinges now covers all doors built since 1998.',
    'If the test fails again, we fall back to the procedure of last year.',
    'Thanks to everyone who stayed late to get the shipment out of the door.',
  ],
  de: [
    'Die Lieferung für das Lager Süd kommt eine Woche später als geplant.',
    'Bitte prüfen Sie die Maße der Regalböden, bevor wir größere Mengen bestellen.',
    'Der Umsatz übertraf das Vorjahr um 6,4 Prozent.',
    'Über die Kündigung des Wartungsvertrags entscheidet die Geschäftsführung im März.',
    'Für Rückfragen stehen wir Ihnen jederzeit gern zur Verfügung.',
    'Das Protokoll der letzten Sitzung wurde einstimmig genehmigt.',
  ],
  ja: [
    '来週の定例会議は木曜日の午前十時に変更になりました。',
    '新しい倉庫の見積書を添付しますので、ご確認ください。',
    '第三四半期の売上は前年同期を七パーセント上回りました。',
    '品質検査の結果は良好で、出荷に問題はありません。',
    '大阪支店の移転は三月末までに完了する予定です。',
  ],
  ru: [
    'Отгрузка задерживается на три дня из-за погоды.',
    'Просим подтвердить количество до конца недели.',
    'Новый договор вступает в силу с первого января.',
    'Все замечания аудита устранены, отчёт прилагается.',
  ],
  ar: [
    'تم تأجيل الاجتماع إلى يوم الخميس القادم.',
    'يرجى مراجعة الأسعار الجديدة قبل نهاية الشهر.',
    'ارتفعت المبيعات بنسبة ستة في المئة هذا العام.',
  ],
  el: [
    'Η παράδοση θα γίνει την ερχόμενη Τρίτη.',
    'Παρακαλούμε ελέγξτε τα στοιχεία του τιμολογίου.',
    'Το νέο πρόγραμμα ξεκινά την άνοιξη.',
  ],
};

export function paragraph(random: Random, language: Language = 'en'): string {
  const count = random.between(2, 5);
  return Array.from({ length: count }, () => random.pick(sentences[language])).join(
    language === 'ja' ? '' : ' ',
  );
}

export const paragraphs = (random: Random, count: number, language: Language = 'en'): string[] =>
  Array.from({ length: count }, () => paragraph(random, language));
