import type { Accepting } from './measure-accepting.ts';
import type { CostAtLoad, Costs } from './measure-cost.ts';
import type { Claims } from './measure-claims.ts';
import type { Growth } from './measure-growth.ts';
import type { Import } from './measure-import.ts';
import type { Latency } from './measure-latency.ts';
import type { Memory } from './measure-memory.ts';
import type { Simulation } from './measure-simulator.ts';
import type { Machine } from './describe-machine.ts';
import { round } from './percentiles.ts';

/** Everything that one run measured. What was not asked for is null. */
export interface Results {
  measuredAt: string;
  quick: boolean;
  machine: Machine;
  costs: Costs | null;
  latencies: Latency[] | null;
  accepting: Accepting | null;
  import: Import | null;
  memory: Memory | null;
  growth: Growth | null;
}

/** A target and what came of it. */
export interface TargetRow {
  what: string;
  target: string;
  measured: string;
  met: boolean;
}

export function targetRows({
  costs,
  latencies,
  accepting,
  import: imported,
  memory,
  growth,
}: Results): TargetRow[] {
  const heaviest = latencies?.at(-1);
  return [
    ...(costs?.atLoads.flatMap(costRows) ?? []),
    ...(heaviest ? latencyRows(heaviest) : []),
    ...(accepting ? [acceptingRow(accepting)] : []),
    ...(imported ? [importRow(imported)] : []),
    ...(memory ? [memoryRow(memory)] : []),
    ...(growth ? [growthRow(growth)] : []),
  ];
}

function costRows({ load, byContender: { floor, gateway, ari_client } }: CostAtLoad): TargetRow[] {
  const at = `at ${load.perSecond} per second`;
  const ratio = round(gateway.total / floor.total);
  return [
    {
      what: `total CPU of a call ${at}, against dialplan alone`,
      target: '≤ 1.35 ×',
      measured: `${ratio} × (${gateway.total} ms against ${floor.total} ms)`,
      met: ratio <= 1.35,
    },
    {
      what: `gateway CPU of a call ${at}, against ari-client`,
      target: `< ${ari_client.program} ms`,
      measured: `${gateway.program} ms`,
      met: gateway.program < ari_client.program,
    },
  ];
}

function latencyRows(latency: Latency): TargetRow[] {
  const { load, keyToPrompt, answerToSound, hangUpToWebhook } = latency;
  const at = `at ${load.perSecond} calls per second`;
  // below the load that the target names, nothing is proven
  const loadIsFull = load.perSecond >= 50;
  return [
    {
      what: `key press → next prompt starts, ${at}`,
      target: 'p99 ≤ 50 ms',
      measured: `p99 ${keyToPrompt.p99} ms`,
      met: loadIsFull && keyToPrompt.p99 <= 50,
    },
    {
      what: `phone answered → first sound, ${at}`,
      target: 'p99 ≤ 100 ms',
      measured: `p99 ${answerToSound.p99} ms`,
      met: answerToSound.p99 <= 100,
    },
    {
      what: `hang-up → webhook received, ${at}`,
      target: 'p95 ≤ 300 ms, p99 ≤ 1000 ms',
      measured: `p95 ${hangUpToWebhook.p95} ms, p99 ${hangUpToWebhook.p99} ms`,
      met: hangUpToWebhook.p95 <= 300 && hangUpToWebhook.p99 <= 1000,
    },
    sustainedRow(latency),
  ];
}

/** 4 % below the rate is what the first and the last calls' own jitter may cost. */
function sustainedRow({
  load,
  answeredPerSecond,
  talkingAtMost,
  lost,
  late,
  misreported,
}: Latency): TargetRow {
  const kept = answeredPerSecond >= 50 * 0.96 && talkingAtMost >= 250 * 0.9;
  return {
    what: `sustained, ${load.calls} calls`,
    target: '50 calls per second, 250 at once, none lost or late',
    measured: `${answeredPerSecond} answered per second, ${talkingAtMost} at once, ${lost} lost, ${late} late, ${misreported} not reported in order`,
    met: kept && lost === 0 && late === 0 && misreported === 0,
  };
}

function acceptingRow({ load, acceptedAfter, refused }: Accepting): TargetRow {
  return {
    what: `POST /v1/calls at ${load.perSecond} per second`,
    target: 'p99 ≤ 50 ms at 200 per second',
    measured: `p99 ${acceptedAfter.p99} ms, ${refused} refused`,
    met: load.perSecond >= 200 && acceptedAfter.p99 <= 50 && refused === 0,
  };
}

function importRow({ rows, accepted, tookMs, beforeMb, mostMb }: Import): TargetRow {
  const moreMb = round(mostMb - beforeMb);
  return {
    what: `${rows} rows of CSV into a campaign`,
    target: '100,000 in ≤ 10 s, memory + ≤ 150 MB',
    measured: `${accepted} in ${round(tookMs / 1000)} s, memory + ${moreMb} MB`,
    met: rows >= 100_000 && accepted === rows && tookMs <= 10_000 && moreMb <= 150,
  };
}

function memoryRow({ liveCalls, mostMb }: Memory): TargetRow {
  return {
    what: `memory of the gateway with ${liveCalls} live calls`,
    target: '≤ 150 MB with 500',
    measured: `${mostMb} MB`,
    met: liveCalls >= 500 && mostMb <= 150,
  };
}

/** What is shared by more is cheaper; what the target forbids is that it gets dearer. */
const mostGrowth = 0.2;

function growthRow({ levels }: Growth): TargetRow {
  const [first, ...more] = levels;
  const least = first?.total ?? 0;
  const grown = Math.max(0, ...more.map(({ total }) => total / least - 1));
  const reached = Math.max(...levels.map(({ othersLive }) => othersLive));
  return {
    what: 'CPU of a call (gateway and PostgreSQL), while 10, 100 and 1,000 others are on the line',
    target: 'the same, ± 20 %',
    measured: levels.map(({ othersLive, total }) => `${total} ms with ${othersLive}`).join(', '),
    met: reached >= 1_000 && grown <= mostGrowth,
  };
}

/** Of a part of its own, as the next: no part of `Results`. */
export function pastRow({ contents, past: { little, much } }: Pick<Claims, 'contents' | 'past'>): TargetRow {
  const ratio = round(much.total / little.total);
  return {
    what: `CPU of a call (gateway and PostgreSQL), with ${contents.ended} ended in the database`,
    target: 'the same, ± 20 %',
    measured: `${ratio} × (${much.total} ms against ${little.total} ms)`,
    met: contents.ended >= 10_000_000 && Math.abs(ratio - 1) <= 0.2,
  };
}

export function simulatorRow({ load, perSecond, cpuMs }: Simulation): TargetRow {
  return {
    what: 'whole calls on the simulator, on a virtual clock, with the ledger in memory',
    target: '≥ 1,000 per second of wall time',
    measured: `${perSecond} per second, at ${cpuMs} ms of CPU`,
    // fewer tell nothing: code is compiled as it is used
    met: load.calls >= 1_000 && perSecond >= 1_000,
  };
}
