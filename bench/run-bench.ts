import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from './describe-machine.ts';
import { measureAccepting } from './measure-accepting.ts';
import { measureCost } from './measure-cost.ts';
import { measureGrowth } from './measure-growth.ts';
import { measureImport } from './measure-import.ts';
import { measureLatency } from './measure-latency.ts';
import { measureMemory } from './measure-memory.ts';
import { loadsOf } from './loads.ts';
import { renderDocument, renderTable } from './render-report.ts';
import { withStoredResults } from './own-part.ts';
import { claimsPart, runClaims } from './run-claims.ts';
import { renderingPart, runRendering } from './run-rendering.ts';
import { runSimulator, simulatorPart } from './run-simulator.ts';
import { simulatorRow, targetRows, type Results } from './targets.ts';

/**
 * `npm run bench`: what calls cost and how long people wait, against the targets. Takes about a quarter of an hour; `-- --quick` one, for a first
 * impression. `-- --only cost,latency,accepting,import,memory,growth` measures a part, and `-- --profile DIR` writes the gateway's CPU profiles there;
 * `-- --only rendering` speaks to 10,000 people by their names, and `-- --only claims` (20 GB on the disk, a quarter of an hour) takes calls from a database with a million that wait and ten millions
 * that have ended, or `--queued` and `--ended` so many, and `-- --only simulator` runs whole calls on the virtual clock; each writes its own part of both. Else
 * neither these nor a quick run write the document and the results. Everything is on loopback and ends by itself, on Ctrl-C too: its
 * processes die with it.
 */
const parts = ['cost', 'latency', 'accepting', 'import', 'memory', 'growth'] as const;

const { values: given } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: parts.join(',') },
    profile: { type: 'string' },
    name: { type: 'string', default: 'latest' },
    queued: { type: 'string' },
    ended: { type: 'string' },
  },
});
// what was started dies with this process, or is told at its exit
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

const root = join(import.meta.dirname, '..');
const say = (line: string): void => void process.stderr.write(`${line}\n`);

if (given.only === 'rendering') {
  process.stdout.write(
    `${JSON.stringify((await runRendering({ quick: given.quick, say })).rendering, null, 2)}\n`,
  );
  process.exit(0);
}
if (given.only === 'claims') {
  const countOf = (text: string | undefined): number | null => (text === undefined ? null : Number(text));
  const contents = { queued: countOf(given.queued), ended: countOf(given.ended) };
  const { claims } = await runClaims({ quick: given.quick, ...contents, say });
  process.stdout.write(`${JSON.stringify(claims, null, 2)}\n`);
  process.exit(0);
}
if (given.only === 'simulator') {
  const { simulation } = await runSimulator({ quick: given.quick, say });
  process.stdout.write(`\n${renderTable([simulatorRow(simulation)])}\n`);
  process.exit(0);
}
const wanted = new Set(given.only.split(','));
const unknown = [...wanted].filter((part) => !parts.some((known) => known === part));
if (unknown.length > 0) throw new Error(`There is no part «${unknown.join(', ')}»: say ${parts.join(', ')}.`);
const loads = loadsOf(given.quick);
const options = { profileDir: given.profile ?? null, say };

const results: Results = {
  measuredAt: new Date().toISOString(),
  quick: given.quick,
  machine: await describeMachine(),
  costs: wanted.has('cost')
    ? await measureCost(loads.costs, { ...options, rounds: loads.costRounds, warmUp: loads.costWarmUp })
    : null,
  latencies: wanted.has('latency') ? await measureLatency(loads.latencies, options) : null,
  accepting: wanted.has('accepting') ? await measureAccepting(loads.accepting, options) : null,
  import: wanted.has('import') ? await measureImport(loads.importRows, options) : null,
  memory: wanted.has('memory') ? await measureMemory(loads.memory, options) : null,
  growth: wanted.has('growth') ? await measureGrowth(loads.growth, options) : null,
};
process.stdout.write(`\n${renderTable(targetRows(results))}\n`);

const isWhole = !given.quick && wanted.size === parts.length && given.profile === undefined;
if (isWhole) {
  const folder = join(root, 'bench/results');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${given.name}.json`), `${JSON.stringify(results, null, 2)}\n`);
  const byHand = await readFile(join(import.meta.dirname, 'where-the-time-goes.md'), 'utf8');
  let document = `${renderDocument(results)}\n${byHand}`;
  document = await withStoredResults(renderingPart, document);
  document = await withStoredResults(claimsPart, document);
  document = await withStoredResults(simulatorPart, document);
  await writeFile(join(root, 'docs/performance.md'), document);
  say(`\nWritten: bench/results/${given.name}.json and docs/performance.md`);
}
