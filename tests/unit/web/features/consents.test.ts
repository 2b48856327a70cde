import { expect, test } from 'vitest';
import { consentLinks, dropLink, linkFor } from '../../../../web/lib/features/operator/consents.ts';
import { keep } from '../../../../web/lib/platform/kept.ts';

const [one, other] = [
  '0e079bda-2591-418f-ae02-38c0a058342b',
  'a6e4a9d6-5f99-4c2e-a21e-5f55f4b14c88',
] as const;

test('a tenant has one link, with a word of its own, until it is withdrawn', () => {
  expect(consentLinks()).toEqual([]);
  const first = linkFor(one);
  expect(linkFor(one)).toEqual(first);
  const second = linkFor(other);
  expect(second.state).not.toBe(first.state);
  expect(consentLinks()).toEqual([first, second]);
  dropLink(one);
  expect(consentLinks()).toEqual([second]);
  expect(linkFor(one).state).not.toBe(first.state);
});

test.each(['no json', '{}', '[{"tenantId":"x","state":"y"}]'])('what cannot be read is none: %s', (text) => {
  keep('holdfast.consent-links', text);
  expect(consentLinks()).toEqual([]);
});
