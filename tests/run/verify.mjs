/** `npm run verify`: everything that must hold before a change lands. */
import { bin, ensureModules, run } from './prepare.mjs';

ensureModules();
run(bin('prettier'), ['--check', '--log-level', 'warn', '.']);
run(bin('svelte-kit'), ['sync']);
run(bin('oxlint'), ['--deny-warnings']);
run(bin('svelte-check'), ['--tsconfig', 'tsconfig.json', '--fail-on-warnings']);
for (const realm of ['workers', 'edge', 'tests']) run(bin('tsc'), ['-p', realm]);
run(process.execPath, ['tests/run/test.mjs']);
