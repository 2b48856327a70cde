import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isTooDeep } from '../../../../workers/repository/json.ts';

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? 1 + Math.max(0, ...Object.values(value).map((inner) => depthOf(inner)))
    : 0;

test('the depth of any JSON is measured by its brackets outside of strings', () => {
  const text = fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', '\\', 'a') });
  const value = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 6 },
      text,
      fc.integer(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(text, tie('value'), { maxKeys: 3 }),
    ),
  })).value;
  fc.assert(
    fc.property(value, (any) => {
      const depth = depthOf(any);
      const json = JSON.stringify(any);
      expect(isTooDeep(json, depth)).toBe(false);
      if (depth > 0) expect(isTooDeep(json, depth - 1)).toBe(true);
    }),
  );
});

test('a text that stops within a string is measured to its end', () => {
  expect(isTooDeep('["[[[[', 1)).toBe(false);
  expect(isTooDeep('["\\"[[', 1)).toBe(false);
  expect(isTooDeep('["\\\\"[[', 1)).toBe(true);
});

test('a long run of backslashes takes no longer than its length', () => {
  const text = `"${'\\'.repeat(2_000_000)}"`;
  expect(isTooDeep(text, 1)).toBe(false);
});
