import { loadavg } from 'node:os';
import { medianOf, round } from './percentiles.ts';
import type { Load } from './place-calls.ts';
import { SimulatedCalls } from './simulated-calls.ts';

/** How fast whole calls run on the virtual clock, in this process. */
export interface Simulation {
  /** Of each round; its rate is one of virtual time. */
  load: Load;
  warmUp: Load;
  rounds: SimulatedRound[];
  /** Whole calls in a second of wall time: the median of the rounds. */
  perSecond: number;
  /** Of the process with all its threads, milliseconds for a call: the median of the rounds. */
  cpuMs: number;
}

export interface SimulatedRound {
  perSecond: number;
  cpuMs: number;
  /** Of the machine, in the minute that ended with the round; this process itself is about 1 of it. */
  loadAverage: number;
}

export interface SimulatorLoad {
  load: Load;
  warmUp: Load;
  rounds: number;
}

/** Each round has a world of its own, made before and checked afterwards: neither is measured. */
export async function measureSimulator(
  { load, warmUp, rounds }: SimulatorLoad,
  { say }: { say: (line: string) => void },
): Promise<Simulation> {
  say(`simulator: ${warmUp.calls} calls to warm up, then ${rounds} rounds of ${load.calls}`);
  await measureRound(warmUp);
  const measured: SimulatedRound[] = [];
  while (measured.length < rounds) measured.push(await measureRound(load));
  return {
    ...{ load, warmUp, rounds: measured },
    perSecond: medianOf(measured.map(({ perSecond }) => perSecond)),
    cpuMs: medianOf(measured.map(({ cpuMs }) => cpuMs)),
  };
}

async function measureRound(load: Load): Promise<SimulatedRound> {
  const world = new SimulatedCalls(load);
  await world.start();
  const [startedAt, before] = [performance.now(), process.cpuUsage()];
  await world.make();
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(before);
  await world.end();
  return {
    perSecond: Math.round(load.calls / seconds),
    cpuMs: round((user + system) / 1_000 / load.calls),
    loadAverage: round(loadavg()[0] ?? 0),
  };
}
