import { describe, expect, test } from 'vitest';
import { parseFilter } from '../../../tenant/mail/filter.ts';

const message: Record<string, unknown> = {
  subject: "Amy's list",
  isRead: false,
  receivedDateTime: '2026-03-02T10:00:00Z',
  importance: 'normal',
  'from/emailAddress/address': 'Cleo@fabrikam.example',
  categories: ['Red category', 'Later'],
  'extended:String {00020386-0000-0000-c000-000000000046} Name X-Source': 'AB12',
};
const read = (path: string): unknown => message[path];
const holds = (filter: string): boolean => parseFilter(filter, () => true).test(read);

describe('$filter', () => {
  test.each([
    ['isRead eq false', true],
    ['isRead ne false', false],
    ["subject eq 'Amy''s list'", true],
    ['receivedDateTime ge 2026-03-02T10:00:00Z and receivedDateTime lt 2026-03-03', true],
    ['receivedDateTime gt 2026-03-02T10:00:00Z', false],
    ["from/emailAddress/address eq 'cleo@FABRIKAM.example'", true],
    ["contains(subject,'LIST') and not (importance eq 'high')", true],
    ["startswith(subject, 'list') or endswith(subject, 'list')", true],
    ["categories/any(c: c eq 'later')", true],
    ["categories/any(c:c eq 'none')", false],
    [
      "singleValueExtendedProperties/Any(ep: ep/id eq 'String {00020386-0000-0000-C000-000000000046} Name X-Source' and ep/value eq 'ab12')",
      true,
    ],
    [
      "singleValueExtendedProperties/any(ep: ep/id eq 'String {00020386-0000-0000-C000-000000000046} Name X-Source' and ep/value eq 'other')",
      false,
    ],
    [
      "singleValueExtendedProperties/any(ep: ep/id eq 'String {00020386-0000-0000-C000-000000000046} Name X-Other' and ep/value ne null)",
      false,
    ],
  ])('%s', (filter, expected) => {
    expect(holds(filter)).toBe(expected);
  });

  test.each([
    'isRead',
    'isRead eq',
    'isRead like 1',
    '(isRead eq true',
    "subject eq 'open",
    'isRead eq true extra',
    'a eq 1 and',
    '',
  ])('refuses %j', (filter) => {
    expect(() => parseFilter(filter, () => true)).toThrow(expect.objectContaining({ status: 400 }));
  });

  test('refuses properties it cannot filter by', () => {
    expect(() => parseFilter("body eq 'x'", (path) => path !== 'body')).toThrow(
      expect.objectContaining({ code: 'ErrorInvalidUrlQueryFilter' }),
    );
  });

  test('tells what must be equal, and nothing below or and not', () => {
    const musts = (filter: string) => [...parseFilter(filter, () => true).mustEqual];
    expect(musts("internetMessageId eq '<a>' and isRead eq true")).toEqual([['internetMessageId', '<a>']]);
    expect(musts("internetMessageId eq '<a>' or isRead eq true")).toEqual([]);
    expect(musts("not (internetMessageId eq '<a>')")).toEqual([]);
    expect(musts("importance eq 'high' and (subject eq 'a' or subject eq 'b')")).toEqual([
      ['importance', 'high'],
    ]);
  });
});
