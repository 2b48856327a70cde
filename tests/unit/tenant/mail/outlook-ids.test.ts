import { describe, expect, test } from 'vitest';
import {
  attachmentId,
  changeKey,
  conversationId,
  createIdSpace,
  folderId,
  messageId,
  readId,
} from '../../../tenant/mail/outlook-ids.ts';

const space = createIdSpace('ef013138-6fae-47d4-b06b-558f996abf88');
const other = createIdSpace('0a0a0a0a-6fae-47d4-b06b-558f996abf88');
const place = { folder: 0x10c, item: 77 };

describe('ids', () => {
  test('have the lengths and beginnings of the service', () => {
    expect(folderId(space, 0x10c)).toMatch(/^AAMkAGVm[\w-]{110,}=$/);
    expect(folderId(space, 0x10c)).toHaveLength(120);
    expect(messageId(space, 'rest', place)).toMatch(/^AAMkAGVm/);
    expect(messageId(space, 'rest', place)).toHaveLength(152);
    expect(messageId(space, 'immutable', place)).toMatch(/^AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0/);
    expect(conversationId(space, 'a')).toMatch(/^AAQkA/);
    expect(changeKey(space, 5)).toMatch(/^CQAAABYA[\w+/]{32}$/);
  });

  test('are read back', () => {
    expect(readId(space, folderId(space, 0x2001))).toEqual({ kind: 'folder', folder: 0x2001 });
    expect(readId(space, messageId(space, 'rest', place))).toEqual({ kind: 'rest', ...place });
    expect(readId(space, messageId(space, 'immutable', place))).toEqual({ kind: 'immutable', item: 77 });
  });

  test('are other ids when one letter changes its case', () => {
    const id = messageId(space, 'rest', place);
    const at = [...id].findIndex((letter, index) => index > 60 && letter !== letter.toUpperCase());
    const swapped = id.slice(0, at) + (id[at] ?? '').toUpperCase() + id.slice(at + 1);
    expect(readId(space, swapped)).toEqual({ kind: 'foreign' });
  });

  test('of another mailbox are foreign, nonsense is malformed', () => {
    expect(readId(space, messageId(other, 'immutable', place)).kind).toBe('foreign');
    expect(readId(space, folderId(other, 1)).kind).toBe('foreign');
    for (const text of [
      '',
      'abc',
      'AAMkAG',
      '../../etc/passwd',
      'A'.repeat(5_000),
      attachmentId(space, 'rest', place, 1),
    ]) {
      expect(readId(space, text).kind).toBe('malformed');
    }
  });

  test('immutable ids do not know the folder, REST ids do', () => {
    const moved = { ...place, folder: 0x10a };
    expect(messageId(space, 'immutable', moved)).toBe(messageId(space, 'immutable', place));
    expect(messageId(space, 'rest', moved)).not.toBe(messageId(space, 'rest', place));
  });
});
