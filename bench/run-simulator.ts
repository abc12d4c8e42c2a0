import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeMachine, type Machine } from './describe-machine.ts';
import { loadsOf } from './loads.ts';
import { measureSimulator, type Simulation } from './measure-simulator.ts';
import { simulatorRow } from './targets.ts';
import { withSection } from './with-section.ts';
import { withTargetRow } from './with-target-row.ts';

/** What `npm run bench -- --only simulator` leaves. */
export interface SimulatorResults {
  measuredAt: string;
  machine: Machine;
  simulation: Simulation;
}

const root = join(import.meta.dirname, '..');
const file = join(root, 'bench/results/simulator.json');
const documentFile = join(root, 'docs/performance.md');

/** Measures, and where the run was a whole one writes the results, their row among the targets and their section of the document. */
export async function runSimulator(options: {
  quick: boolean;
  say: (line: string) => void;
}): Promise<SimulatorResults> {
  const { quick, say } = options;
  const results = {
    measuredAt: new Date().toISOString(),
    machine: await describeMachine(),
    simulation: await measureSimulator(loadsOf(quick).simulator, { say }),
  };
  if (quick) return results;
  await mkdir(join(root, 'bench/results'), { recursive: true });
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(documentFile, withSimulator(await readFile(documentFile, 'utf8'), results));
  say('\nWritten: bench/results/simulator.json and docs/performance.md');
  return results;
}

/** The results of the last whole run; null where there was none. */
export async function storedSimulator(): Promise<SimulatorResults | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as SimulatorResults);
}

const heading = '## Simulated calls';

export function withSimulator(document: string, results: SimulatorResults | null): string {
  if (results === null) return document;
  const withRow = withTargetRow(document, simulatorRow(results.simulation));
  return withSection(withRow, { heading, text: sectionOf(results) });
}

function sectionOf({ measuredAt, machine, simulation }: SimulatorResults): string {
  const { load, warmUp, rounds, perSecond, cpuMs } = simulation;
  return `${heading}

Whole calls on a virtual clock, in one process (\`npm run bench -- --only simulator\`, on ${measuredAt.slice(0, 10)}; load before the run ${machine.loadBefore.toFixed(2)}): accepted by the use case, claimed
on the ledger's twin in memory, dialled on the simulator, one question, one key, a prompt, we hang up; seven webhooks, signed, each to a receiver in the same process. They
come at ${load.perSecond} a second of virtual time. ${rounds.length} rounds of ${load.calls} after ${warmUp.calls} to warm up, each in a world of its own; after each, every signature and the order of every call's events are
checked, which is not counted. The median is ${perSecond} calls in a second of wall time, at ${cpuMs} ms of CPU (all threads of the process) each.

| | ${rounds.map((_, index) => `round ${index + 1}`).join(' | ')} |
| --- |${' --- |'.repeat(rounds.length)}
| calls per second | ${rounds.map((round) => round.perSecond).join(' | ')} |
| CPU of a call, ms | ${rounds.map((round) => round.cpuMs).join(' | ')} |
| load of the machine | ${rounds.map((round) => round.loadAverage).join(' | ')} |
`;
}
