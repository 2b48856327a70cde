/** About everything else: suppliers, figures, insurance, holidays. `{0}` is the given name of colleague 0. */
import { csv, invoice, vcard } from './document.ts';
import { chart, hall } from './picture.ts';
import { file, type Thread } from './thread.ts';

export const officeThreads: readonly Thread[] = [
  {
    subject: 'Invoice 2026-0117 and the missing hinges',
    daysAgo: 16,
    folder: 'Inbox/Suppliers',
    turns: [
      {
        from: 'tomasz',
        to: [1],
        after: 0,
        text: 'Dear {1},\n\nplease find our invoice for the oak boards and the fittings attached.\n\nKind regards\nTomasz Kowalczyk\nFabrikam Timber',
        enclosures: () => [
          file(
            'Invoice 2026-0117.pdf',
            'application/pdf',
            invoice('2026-0117', 'Fabrikam Timber', 'Contoso', [
              { text: 'Oak boards 40 mm, 12 m2', amount: 1_944 },
              { text: 'Hinges, brushed steel, 24 pieces', amount: 211.2 },
            ]),
          ),
        ],
      },
      {
        from: 1,
        to: ['tomasz'],
        cc: [3],
        after: 20,
        text: 'Dear Tomasz,\n\nonly 20 hinges were in the box. Could you send the other four, or correct the invoice?\n\n{1}',
      },
      {
        from: 'tomasz',
        to: [1],
        cc: [3],
        after: 27,
        text: 'I am sorry! Four hinges are on their way, you should have them on Thursday. The invoice can stay as it is.\n\nTomasz',
      },
      { from: 3, to: [1], after: 48, text: 'Thanks, I pay it on Friday then.' },
    ],
  },
  {
    subject: 'Quarter figures',
    daysAgo: 30,
    folder: 'Inbox/Accounts/2026',
    category: 'Red category',
    turns: [
      {
        from: 'nadia',
        to: [0, 3],
        after: 0,
        text: 'Dear all,\n\nthe quarter is closed. Orders went up in the last two months, see the chart. The table has the numbers.\n\nNadia Okafor\nAdatum Accounting',
        picture: 'orders-by-month',
        enclosures: () => [
          {
            ...file('orders.png', 'image/png', chart([31, 44, 38, 52, 61, 73], [38, 108, 122])),
            contentId: 'orders-by-month',
          },
          file(
            'Quarter.csv',
            'text/csv',
            csv([
              ['Month', 'Orders', 'Turnover'],
              ['July', 31, 48120],
              ['August', 44, 61984],
              ['September', 38, 57300],
            ]),
          ),
        ],
      },
      {
        from: 0,
        to: ['nadia'],
        cc: [3],
        after: 5,
        text: 'Great news. What is the single large amount in August?',
      },
      {
        from: 3,
        to: [0, 'nadia'],
        after: 7,
        text: 'That is the deposit for the showroom, it belongs to October in fact. Nadia, can you move it?',
      },
      {
        from: 'nadia',
        to: [3],
        cc: [0],
        after: 24,
        text: 'Done. The corrected table is attached.',
        enclosures: () => [
          file(
            'Quarter corrected.csv',
            'text/csv',
            csv([
              ['Month', 'Orders', 'Turnover'],
              ['July', 31, 48120],
              ['August', 44, 43984],
              ['September', 38, 57300],
            ]),
          ),
        ],
      },
    ],
  },
  {
    subject: 'Azulejos para a entrada',
    daysAgo: 37,
    folder: 'Inbox/Suppliers',
    turns: [
      {
        from: 'joao',
        to: [2],
        after: 0,
        text: 'Olá {2},\n\nas amostras seguem amanhã. O azul é um pouco mais escuro do que na fotografia, mas com a luz da entrada fica perfeito.\n\nAbraço\nJoão',
        enclosures: () => [
          file('Amostras – coleção nº 7.png', 'image/png', hall(31)),
          file(
            'João Gonçalves.vcf',
            'text/vcard',
            vcard('João Gonçalves', 'joao@azulejo-lisboa.example', 'Azulejo Lisboa'),
          ),
        ],
      },
      {
        from: 2,
        to: ['joao'],
        after: 28,
        text: 'Obrigado, João! They arrived today, not one broken. We take number 7.\n\n{2}',
      },
    ],
  },
  {
    subject: 'Insurance: water damage in the workshop',
    daysAgo: 44,
    turns: [
      {
        from: 3,
        to: ['zofia'],
        cc: [0],
        after: 0,
        text: 'Dear Ms Łęcka,\n\non Sunday a pipe broke in our workshop. About 30 m² of veneer got wet. Photographs are attached; the plumber’s report follows.\n\n{3}',
        enclosures: () => [
          file('workshop 1.png', 'image/png', hall(2)),
          file('workshop 2.png', 'image/png', hall(9)),
        ],
      },
      {
        from: 'zofia',
        to: [3],
        cc: [0],
        after: 6,
        text: 'Dear {3},\n\nI am sorry to hear that. Your claim has the number TR-58812-26. Please do not throw anything away before our expert has seen it on Wednesday at 10.\n\nZofia Łęcka',
      },
      {
        from: 3,
        to: [0, 1],
        after: 7,
        text: 'Wednesday at 10 then. {1}, can you be there? I have the dentist.',
      },
      { from: 1, to: [3, 0], after: 8, text: 'I will be there.' },
      {
        from: 'zofia',
        to: [3],
        after: 90,
        text: 'The expert confirms the damage. We transfer 4,180 euro this week.',
      },
    ],
  },
  {
    subject: 'Holiday list',
    daysAgo: 58,
    turns: [
      {
        from: 3,
        to: [0, 1, 2],
        after: 0,
        text: 'Please send me your wishes for next summer by the end of the month. Not everybody in August, please.',
      },
      { from: 1, to: [3], after: 2, text: 'Two weeks in July, whichever nobody else wants.' },
      { from: 2, to: [3], after: 30, text: 'First two weeks of September. The sea is warmest then.' },
    ],
  },
  {
    subject: 'Saw blade',
    daysAgo: 64,
    turns: [
      {
        from: 1,
        to: [2],
        after: 0,
        text: 'Did you take the 96-tooth blade to the site? I have been looking for it all morning.',
      },
      { from: 2, to: [1], after: 1, text: 'It is in the blue van, under the blankets. Sorry!' },
    ],
  },
];
