import { describe, expect, test } from 'vitest';
import { actionLabels } from '../../../../web/lib/engine/failure-action.ts';
import { failureCopy } from '../../../../web/lib/engine/failure-copy.ts';
import { allFailureCodes } from '../../../../workers/kernel/failure.ts';

test('every failure code has words, and no words are without a code', () => {
  expect(Object.keys(failureCopy).sort()).toEqual([...allFailureCodes].sort());
});

describe.each(allFailureCodes)('%s', (code) => {
  const copy = failureCopy[code];

  test('has a title without a full stop and advice in whole sentences', () => {
    expect(copy.title).toMatch(/^[A-Z].*[^.]$/);
    expect(copy.advice).toMatch(/^[A-Z].*\.$/);
  });

  test('speaks to a person: no codes, no jargon of ours', () => {
    expect(`${copy.title} ${copy.advice}`).not.toMatch(
      /\b(blob|HTTP|null|undefined|exception|\w+\/\w+-\w+)\b/,
    );
  });

  test('offers only actions that have a label', () => {
    for (const action of [copy.action ?? []].flat()) expect(actionLabels[action]).toBeTruthy();
  });
});

test('no two codes say the same', () => {
  const titles = Object.values(failureCopy).map(({ title }) => title);
  expect(new Set(titles).size).toBe(titles.length);
});
