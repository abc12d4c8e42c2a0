import { describeMachine, type Machine } from './describe-machine.ts';
import { loadsOf } from './loads.ts';
import { measureSimulator, type Simulation } from './measure-simulator.ts';
import { keepResults, type OwnPart } from './own-part.ts';
import { simulatorRow } from './targets.ts';

/** What `npm run bench -- --only simulator` leaves. */
export interface SimulatorResults {
  measuredAt: string;
  machine: Machine;
  simulation: Simulation;
}

const heading = '## Simulated calls';
export const simulatorPart: OwnPart<SimulatorResults> = {
  name: 'simulator',
  heading,
  sectionOf,
  rowOf: ({ simulation }) => simulatorRow(simulation),
};

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
  await keepResults(simulatorPart, results, say);
  return results;
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
