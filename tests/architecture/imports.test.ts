/** The import table of workers/README.md is true of every file. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

function importTable(): Map<string, string[]> {
  const rows = readFileSync(join(root, 'workers/README.md'), 'utf8').matchAll(
    /^\|\s*(\w+)\s*\|([^|\n]*)\|$/gm,
  );
  const table = new Map<string, string[]>();
  for (const [, layer = '', allowed = ''] of rows) {
    if (layer !== 'layer')
      table.set(
        layer,
        allowed
          .split(',')
          .map((name) => name.trim())
          .filter(Boolean),
      );
  }
  return table;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sourceFiles(path);
    return /\.(ts|svelte|js)$/.test(entry.name) ? [path] : [];
  });
}

const importsOf = (file: string): string[] => importsIn(readFileSync(join(root, file), 'utf8'), file);

/** Paths from the repository's root that a file's text imports, in whatever way; packages left out. */
function importsIn(text: string, file: string): string[] {
  const found: string[] = [];
  const ways = /(?:\b(?:from|import|require)|\bnew\s+URL)\s*\(?\s*(?:\/\*[^*]*\*\/\s*)?(['"`])([^'"`\n]+)\1/g;
  for (const match of text.matchAll(ways)) {
    const name = (match[2] ?? '').replace(/\?.*$/, '');
    if (name.startsWith('.')) found.push(relative(root, resolve(root, dirname(file), name)));
    else if (name.startsWith('#workers/')) found.push(name.replace('#', ''));
    else if (name.startsWith('#lib/')) found.push(name.replace('#lib', 'web/lib'));
  }
  return found.filter((path) => !path.startsWith('node_modules/'));
}

/** The layer a path belongs to: a folder of workers/, `root` for its own files, or the realm. */
function layerOf(path: string): string {
  const [realm = '', layer = '', ...rest] = path.split('/');
  if (realm !== 'workers') return realm;
  return rest.length === 0 ? 'root' : layer;
}

const allows = (allowed: readonly string[], target: string): boolean =>
  allowed.includes(layerOf(target)) ||
  allowed.includes(target.replace(/^workers\//, '').replace(/\.ts$/, ''));

const table = importTable();

test('the table names every layer', () => {
  expect([...table.keys()]).toContain('kernel');
  expect(table.size).toBe(12);
});

test('every folder of the engine is a layer of the table', () => {
  const folders = readdirSync(join(root, 'workers'), { withFileTypes: true }).filter((one) =>
    one.isDirectory(),
  );
  expect(folders.map(({ name }) => name).filter((name) => !table.has(name))).toEqual([]);
});

test('oxlint forbids at edit time what the table does not allow', () => {
  const { overrides } = JSON.parse(readFileSync(join(root, '.oxlintrc.json'), 'utf8')) as {
    overrides: {
      files: string[];
      rules: { 'no-restricted-imports'?: [string, { patterns: { group?: string[] }[] }] };
    }[];
  };
  const layers = [...table.keys()].filter((name) => !['root', 'web', 'edge'].includes(name));
  for (const layer of layers) {
    const allowed = [layer, ...(table.get(layer) ?? [])].map((name) => name.split('/')[0]);
    const rules = overrides.find(({ files }) => files.includes(`workers/${layer}/**`))?.rules;
    const groups = rules?.['no-restricted-imports']?.[1].patterns.flatMap(({ group = [] }) => group) ?? [];
    const forbidden = groups.flatMap((text) => /^\*\*\/(\w+)\/\*\*$/.exec(text)?.[1] ?? []);
    const engine = forbidden.filter((name) => !['web', 'edge', 'tests'].includes(name));
    expect([layer, ...engine.toSorted()]).toEqual([
      layer,
      ...layers.filter((name) => !allowed.includes(name)).toSorted(),
    ]);
  }
});

test.each([
  `import { a } from '../jobs/backup.ts';`,
  `import type { A } from '../jobs/backup.ts';`,
  `import '../jobs/backup.ts';`,
  `import {\n  a,\n} from "../jobs/backup.ts";`,
  `export { a } from '../jobs/backup.ts';`,
  `export * from '../jobs/backup.ts';`,
  `type A = import('../jobs/backup.ts').A;`,
  `await import('../jobs/backup.ts');`,
  `await import(/* @vite-ignore */ '../jobs/backup.ts');`,
  'await import(`../jobs/backup.ts`);',
  `new Worker(new URL('../jobs/backup.ts?worker', import.meta.url));`,
  `import { a } from '#workers/jobs/backup.ts';`,
])('%s is seen as an import', (text) => {
  expect(importsIn(text, 'workers/graph/example.ts')).toEqual(['workers/jobs/backup.ts']);
});

describe.each([...table.keys()])('%s', (layer) => {
  const folder = ['web', 'edge'].includes(layer) ? layer : layer === 'root' ? 'workers' : `workers/${layer}`;
  const files = sourceFiles(folder).filter((file) => layerOf(file) === layer);

  test('imports only what the table allows', () => {
    const allowed = [...(table.get(layer) ?? []), layer];
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => !allows(allowed, target) && !isWorkerUrl(file, target))
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });
});

/** The page may name the worker's entry as a URL; it imports nothing of it. */
const isWorkerUrl = (file: string, target: string): boolean =>
  file === 'web/lib/engine/connect.ts' && target === 'workers/engine.worker.ts';

test('one workload never imports another', () => {
  const wrong = sourceFiles('workers/workloads').flatMap((file) => {
    const own = file.split('/')[2];
    return importsOf(file).filter((target) => {
      const other = target.split('/');
      const inside = target.startsWith('workers/workloads/') && other.length > 3;
      return inside && own?.includes('.') !== true && other[2] !== own;
    });
  });
  expect(wrong).toEqual([]);
});

test('a feature of the page never imports another, and ui imports nothing of ours', () => {
  const features = sourceFiles('web').filter((file) => file.startsWith('web/lib/features/'));
  const between = features.flatMap((file) =>
    importsOf(file).filter(
      (target) => target.startsWith('web/lib/features/') && target.split('/')[3] !== file.split('/')[3],
    ),
  );
  const ui = sourceFiles('web').filter((file) => file.startsWith('web/lib/ui/'));
  const outward = ui.flatMap((file) => importsOf(file).filter((target) => !target.startsWith('web/lib/ui/')));
  expect([...between, ...outward]).toEqual([]);
});

test('the simulated tenant knows nothing of Holdfast', () => {
  const wrong = sourceFiles('tests/tenant').flatMap((file) =>
    importsOf(file).filter((target) => !target.startsWith('tests/tenant/')),
  );
  expect(wrong).toEqual([]);
});
