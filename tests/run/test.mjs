/**
 * `npm test [-- FILE…]`: installs what is missing, runs every test or those named, and ends with one line:
 * `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bin, ensureBuild, ensureChromium, ensureModules, root } from './prepare.mjs';

ensureModules();
await ensureChromium();
ensureBuild();

const reports = join(root, 'build/reports');
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

const readReport = (name) => {
  const file = join(reports, name);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
};

/** A runner that dies before it can report counts as one failure, so that silence never looks like success. */
function runSuite(name, args, count) {
  const report = `${name}.json`;
  const done = spawnSync(bin(name), args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: join(reports, report), NODE_NO_WARNINGS: '1' },
  });
  const content = readReport(report);
  const counts = content ? count(content) : { passed: 0, failed: 0 };
  if (done.status !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

const asked = process.argv.slice(2);
const isJourney = (name) => name.includes('e2e') || name.endsWith('.spec.ts');
const journeys = asked.filter(isJourney);
const others = asked.filter((name) => !isJourney(name));
const none = { passed: 0, failed: 0 };

const toReport = `--outputFile.json=${join(reports, 'vitest.json')}`;
const vitest =
  journeys.length > 0 && others.length === 0
    ? none
    : runSuite('vitest', ['run', '--reporter=default', '--reporter=json', toReport, ...others], (report) => ({
        passed: report.numPassedTests,
        failed: report.numFailedTests + failedFiles(report),
      }));
const playwright =
  others.length > 0 && journeys.length === 0
    ? none
    : runSuite('playwright', ['test', '--reporter=list,json', ...journeys], (report) => ({
        passed: report.stats.expected,
        failed: report.stats.unexpected + report.stats.flaky,
      }));

/** Files that could not be loaded hold no test that could fail. */
function failedFiles(report) {
  return report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
    .length;
}

const passed = vitest.passed + playwright.passed;
const failed = vitest.failed + playwright.failed;
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
