/** `npm run tenant -- --port N …`: the simulated tenant alone; see tests/tenant/main.ts for its options. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './prepare.mjs';

const file = join(root, 'tests/tenant/main.ts');
const child = spawn(process.execPath, ['--import', 'tsx', file, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, NODE_NO_WARNINGS: '1' },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
