/** `npm run bench [-- NAME…]`: every bench, or the named ones. Figures go to stdout, a JSON line each. */
import { check } from './check.ts';
import { pipeline } from './pipeline.ts';
import { responsiveness } from './responsiveness.ts';

const benches: Readonly<Record<string, () => Promise<void>>> = {
  check,
  pipeline,
  responsiveness,
};

async function main(): Promise<void> {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !Object.hasOwn(benches, name));
  if (unknown.length > 0) {
    const known = Object.keys(benches).join(', ');
    throw new Error(`There is no bench called ${unknown.join(' or ')}. There are: ${known}`);
  }
  for (const name of names.length > 0 ? names : Object.keys(benches)) {
    try {
      await benches[name]?.();
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      throw new Error(`${name} could not run: ${why}`, { cause: thrown });
    }
  }
}

main().then(
  () => process.exit(0),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
