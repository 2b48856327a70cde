/**
 * How well the tenant is protected, in points of 100 that a person can follow: backup 40, restore 20, least privilege
 * 20, credential 10, licences 10. An action's gain is what the score would rise by if that one thing were right.
 */
import type { Finding, PermissionRow, Score, ScoreAction, ScorePart } from '../contract/check.ts';
import { unusedRows } from './row-facts.ts';

interface Judged {
  readonly findings: readonly Finding[];
  readonly fine: readonly Finding[];
  readonly permissions: readonly PermissionRow[];
}

export function scoreOf(judged: Judged): Score {
  const parts = partsOf(judged);
  const points = sum(parts);
  return { points, word: wordFor(points), parts, actions: actionsOf(judged, points) };
}

const sum = (parts: readonly ScorePart[]): number => parts.reduce((total, { points }) => total + points, 0);

const wordFor = (points: number): Score['word'] =>
  points >= 90 ? 'ready' : points >= 70 ? 'nearly there' : points >= 40 ? 'gaps' : 'not protected';

function partsOf({ findings, fine, permissions }: Judged): ScorePart[] {
  const isFine = (id: Finding['id']) => fine.some((one) => one.id === id);
  const count = (of: number, ...ids: Finding['id'][]) => ids.filter(isFine).length * (of / ids.length);
  const holdsReading = isFine('read-mail') || isFine('read-files');
  const backup = count(40, 'read-mail', 'read-files');
  const credential = count(10, 'certificate', 'certificate-expired');
  return [
    {
      title: 'Backup',
      points: backup,
      of: 40,
      why:
        backup === 40
          ? 'Mail and files can be read today'
          : `${backup === 0 ? 'Neither mail nor' : 'Not both mail and'} files can be read today`,
    },
    {
      title: 'Restore',
      points: isFine('write') ? 20 : holdsReading ? 15 : 0,
      of: 20,
      why: isFine('write')
        ? 'What was backed up can be put back'
        : holdsReading
          ? 'Downloads work; an administrator allows putting back when it is needed'
          : 'Nothing can be read, so nothing can be put back',
    },
    privilege(permissions, holdsReading),
    {
      title: 'Credential',
      points: credential,
      of: 10,
      why:
        credential === 10
          ? 'This device holds a certificate that the app takes and that has not ended'
          : 'This device holds no certificate that the app takes, or it has ended',
    },
    licences(findings, isFine),
  ];
}

/** Nothing more than reading is full marks; each right that nothing uses, or the profile does without, costs. */
function privilege(rows: readonly PermissionRow[], holdsReading: boolean): ScorePart {
  const held = heavyRows(rows);
  const cost = held.reduce((total, row) => total + costOf(row), 0);
  const names = held.map(({ claim }) => claim).join(', ');
  return {
    title: 'Least privilege',
    points: holdsReading ? Math.max(0, 20 - cost) : 0,
    of: 20,
    why: !holdsReading
      ? 'Nothing is read from this device yet'
      : held.length === 0
        ? 'The app holds no dangerous right that nothing uses, and none beyond its profile'
        : `Held without need: ${names}`,
  };
}

const costOf = ({ risk }: PermissionRow): number => (risk.level === 'tier-0' ? 5 : 1);

/** What the page asks for counts where it is dangerous, what nobody asks for already where it is not harmless. */
function isHeavy({ row, verdict, risk: { level } }: PermissionRow): boolean {
  if (level === 'tier-0' || level === 'high')
    return verdict === 'extra' || (row !== null && unusedRows().includes(row));
  return verdict === 'extra' && level === 'medium';
}

const heavyRows = (rows: readonly PermissionRow[]): PermissionRow[] =>
  rows.filter((row) => row.app === 'backup' && row.granted === 'yes' && isHeavy(row));

function licences(findings: readonly Finding[], isFine: (id: Finding['id']) => boolean): ScorePart {
  const people = findings.some(({ id }) => id === 'accounts-unlicensed' || id === 'shared-unlicensed');
  // Unless it is a fault it is fine, but where nobody could count the accounts.
  const peopleSeen = people || isFine('accounts-unlicensed');
  const tenant = ['licence-exchange', 'licence-onedrive'] as const;
  const isBought = tenant.every(isFine);
  const points = tenant.filter(isFine).length * 4 + (people || !peopleSeen || !isBought ? 0 : 2);
  return {
    title: 'Licences',
    points,
    of: 10,
    why: people
      ? 'Bought, and not everybody who has a mailbox has one'
      : points === 10
        ? 'Mail and OneDrive are bought, paid and active'
        : isBought
          ? 'Mail and OneDrive are bought, paid and active; who has a licence was not seen'
          : 'Nobody has seen both mail and OneDrive bought, paid and active',
  };
}

/** For each root: what the score would be with it and everything below it set right. */
function actionsOf(judged: Judged, points: number): ScoreAction[] {
  const mended = judged.findings.map((root): ScoreAction => {
    const repaired = [root, ...root.consequences].map((one) => ({ ...one, verdict: 'ok' as const }));
    const others = judged.findings.filter((one) => one !== root);
    const below = new Set(others.flatMap((one) => one.consequences.map(({ id }) => id)));
    const fine = [...judged.fine, ...repaired.filter(({ id }) => !below.has(id))];
    const gain = sum(partsOf({ ...judged, findings: others, fine })) - points;
    const { title, advice, fix } = root;
    return { title, gain, advice, fix };
  });
  const narrowed = heavyRows(judged.permissions).map((row): ScoreAction => {
    const without = judged.permissions.filter((one) => one !== row);
    return {
      title: `Take ${row.claim} away`,
      gain: sum(partsOf({ ...judged, permissions: without })) - points,
      advice: `${row.risk.reason}. Instead: ${row.alternative}.`,
      fix: null,
    };
  });
  return [...mended, ...narrowed]
    .filter(({ gain }) => gain > 0)
    .sort((one, other) => other.gain - one.gain)
    .slice(0, 3);
}
