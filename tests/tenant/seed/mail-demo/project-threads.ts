/** About the rooms the firm builds. `{0}` is the given name of colleague 0. */
import { csv, pdf } from './document.ts';
import { hall } from './picture.ts';
import { file, type Thread } from './thread.ts';

export const projectThreads: readonly Thread[] = [
  {
    subject: 'Harbour Street café: counter height',
    daysAgo: 3,
    folder: 'Inbox/Projects/Harbour Street',
    category: 'Blue category',
    turns: [
      {
        from: 'ingrid',
        to: [0],
        cc: [1],
        after: 0,
        text: 'Dear {0},\n\nthe owner tried the mock-up yesterday and finds the counter too high for guests who sit. Could we come down to 95 cm on the left side, and keep 110 cm where the machine stands?\n\nBest regards\nIngrid',
      },
      {
        from: 0,
        to: ['ingrid'],
        cc: [1],
        after: 3,
        text: 'Dear Ingrid,\n\n95 cm is possible. The fridge below is 89 cm, so the top would have to be 4 cm solid oak instead of 6. {1} will check the edge detail.\n\n{0}',
      },
      {
        from: 1,
        to: ['ingrid', 0],
        after: 21,
        text: 'Hello both,\n\ndetail attached. With the rounded edge the 4 cm look slim rather than thin. Price stays as offered.\n\n{1}',
        enclosures: () => [
          file(
            'Counter detail B.pdf',
            'application/pdf',
            pdf('Counter, detail B', [
              'Oak, 40 mm, edge radius 12 mm',
              'Height left 950 mm, right 1100 mm',
              'Scale 1:5',
            ]),
          ),
        ],
      },
      {
        from: 'ingrid',
        to: [0, 1],
        after: 26,
        text: 'Wonderful. Go ahead, please. The owner also says thank you for the quick answer 🙂',
      },
    ],
  },
  {
    subject: 'Hall in Northwind showroom: light',
    daysAgo: 9,
    folder: 'Inbox/Projects/Northwind showroom',
    turns: [
      {
        from: 2,
        to: [0],
        after: 0,
        text: 'Hi {0},\n\nthis is how the hall looks at four in the afternoon. The window does more than we thought; I would leave out the second row of lamps.\n\n{2}',
        picture: 'hall-afternoon',
        enclosures: () => [{ ...file('hall-16h.png', 'image/png', hall(14)), contentId: 'hall-afternoon' }],
      },
      {
        from: 0,
        to: [2],
        after: 1,
        text: 'Looks good. Can you take another one after dark, with the rail switched on? Then we send both to Ingrid.',
      },
      {
        from: 2,
        to: [0, 'ingrid'],
        after: 30,
        text: 'After dark, rail on. Ingrid, we would save about 1,900 euro without the second row.',
        enclosures: () => [
          file('hall-19h.png', 'image/png', hall(40)),
          file(
            'Lamps.csv',
            'text/csv',
            csv([
              ['Position', 'Pieces', 'Price'],
              ['Rail 3 m', 4, '312.00'],
              ['Spot 12 W', 18, '64.50'],
              ['Second row (optional)', 12, '158.00'],
            ]),
          ),
        ],
      },
    ],
  },
  {
    subject: '京都の茶室プロジェクトについて',
    daysAgo: 12,
    folder: 'Inbox/Projects/Kyoto 茶室',
    category: 'Green category',
    turns: [
      {
        from: 'misaki',
        to: [0],
        after: 0,
        text: '{0}様\n\nいつもお世話になっております。田中でございます。\n茶室の畳の寸法が決まりましたので、図面をお送りいたします。ご確認いただけますでしょうか。\n\nどうぞよろしくお願いいたします。\n田中 美咲',
        enclosures: () => [
          file(
            '茶室_図面_第2版.pdf',
            'application/pdf',
            pdf('Tea room, plan 2', ['4.5 mats, 2730 x 2730 mm', 'Tokonoma north side']),
          ),
        ],
      },
      {
        from: 0,
        to: ['misaki'],
        after: 9,
        text: 'Dear Tanaka-san,\n\nthank you very much, the plan is clear (とても分かりやすいです). One question: is the alcove 91 or 95 cm deep?\n\n{0}',
      },
      {
        from: 'misaki',
        to: [0],
        after: 22,
        text: '{0}様\n\n床の間の奥行きは95cmです。写真も添付いたします。📎\n\n田中',
        enclosures: () => [file('床の間.png', 'image/png', hall(4))],
      },
    ],
  },
  {
    subject: 'Έκθεση στην Αθήνα – ράφια και φωτισμός',
    daysAgo: 20,
    folder: 'Inbox/Projects/Athens gallery',
    turns: [
      {
        from: 'eleni',
        to: [2],
        cc: [0],
        after: 0,
        text: 'Αγαπητέ/ή {2},\n\nη έκθεση ανοίγει στις 14 του μηνός. Χρειαζόμαστε έξι ράφια των 120 εκ. και τρία των 80 εκ. Μπορείτε να μας στείλετε προσφορά;\n\nΜε εκτίμηση\nΕλένη Παπαδοπούλου',
      },
      {
        from: 2,
        to: ['eleni'],
        cc: [0],
        after: 18,
        text: 'Αγαπητή Ελένη,\n\nthe offer is attached. Delivery to Athens takes nine days.\n\n{2}',
        enclosures: () => [
          file(
            'Προσφορά ράφια.pdf',
            'application/pdf',
            pdf('Offer: shelves for Athens', ['6 x 120 cm', '3 x 80 cm', 'Delivered, EUR 2,310']),
          ),
        ],
      },
      { from: 'eleni', to: [2], after: 25, text: 'Τέλεια, ευχαριστούμε πολύ! Προχωράμε.' },
    ],
  },
  {
    subject: 'طلب عرض سعر لمكتبة النور',
    daysAgo: 26,
    turns: [
      {
        from: 'layla',
        to: [0],
        after: 0,
        text: 'السيد/ة {0} المحترم/ة،\n\nنرغب في تجديد قسم كتب الأطفال في مكتبتنا. هل يمكنكم إرسال عرض سعر لأربعة رفوف منخفضة وطاولة قراءة؟\n\nمع أطيب التحيات\nليلى حداد',
        enclosures: () => [file('مخطط القاعة.png', 'image/png', hall(22))],
      },
      {
        from: 0,
        to: ['layla'],
        cc: [1],
        after: 40,
        text: 'Dear Layla,\n\nthank you (شكراً جزيلاً) for the plan. We measure on Tuesday and send the offer by Thursday.\n\n{0}',
      },
    ],
  },
  {
    subject: 'Planning permission, Harbour Street 12',
    daysAgo: 52,
    folder: 'Inbox/Projects/Harbour Street',
    turns: [
      {
        from: 'council',
        to: [0],
        after: 0,
        text: 'Reference: HC/2026/0412\n\nYour application was received and is complete. A decision can be expected within four weeks.\n\nThis message was sent automatically. Please do not answer.',
      },
      {
        from: 'council',
        to: [0],
        after: 500,
        text: 'Reference: HC/2026/0412\n\nYour application was granted. The notice is attached.',
        enclosures: () => [
          file(
            'HC-2026-0412 notice.pdf',
            'application/pdf',
            pdf('Notice HC/2026/0412', [
              'Change of shop front, Harbour Street 12',
              'Granted without conditions',
            ]),
          ),
        ],
      },
      { from: 0, to: [1, 2, 3], after: 501, text: 'We have it! Cake at three 🎂' },
      { from: 2, to: [0, 1, 3], after: 502, text: '🎉' },
    ],
  },
];
