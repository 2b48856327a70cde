/** The whole journey on each place that can hold a repository (whole-journey.ts). */
import { expect, test } from '@playwright/test';
import { openStage, type PlaceName } from './stage.ts';
import { wholeJourney } from './whole-journey.ts';

const admin = 'ada@contoso.example';

/** Each place with another setting of the switches on which sources disagree (docs/to-verify-live.md). */
const settings: readonly {
  readonly place: PlaceName;
  readonly switches: Readonly<Record<string, string>>;
}[] = [
  { place: 'opfs', switches: {} },
  { place: 'indexeddb', switches: { accessAsUser: 'refused', downloadCaching: 'cacheable' } },
  { place: 'folder', switches: { appUploadSession: 'refused', retryAfter: 'exposed' } },
];

for (const { place, switches } of settings) {
  const setting = [place, ...Object.entries(switches).map((pair) => pair.join(' '))].join(', ');
  test(`backs up, reads offline, loses, restores and backs up what changed: ${setting}`, async () => {
    const stage = await openStage({ place });
    try {
      await stage.oracle('switches', { switches });
      const figures = await wholeJourney(stage, { place, admin, accounts: [admin] });
      const items = figures.mails + figures.files;
      expect(items).toBeGreaterThan(50);
      expect(figures).toEqual({
        mails: figures.mails,
        files: figures.files,
        stored: items,
        skipped: 0,
        failed: 0,
        exported: items,
        restored: items,
        notRestored: 0,
        differencesReported: 0,
        differing: [],
        sent: 0,
        storedAgain: items,
        storedLast: 1,
        unchangedLast: items,
      });
    } finally {
      await stage.close();
    }
  });
}
