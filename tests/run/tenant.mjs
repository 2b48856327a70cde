/** `npm run tenant -- --port N …`: the simulated tenant alone; see tests/tenant/main.ts for its options. */
import { ensureModules, runTypeScript } from './prepare.mjs';

ensureModules();
runTypeScript('tests/tenant/main.ts');
