/**
 * `npm run tenant -- --port N …`: the simulated tenant alone; see tests/tenant/main.ts for its options.
 * package.json puts `exec` before it: npm hands signals to a shell in between, which would keep them to itself.
 */
import { ensureModules, runTypeScript } from './prepare.mjs';

ensureModules();
runTypeScript('tests/tenant/main.ts');
