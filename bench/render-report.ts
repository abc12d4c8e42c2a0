import type { Cost, CostAtLoad } from './measure-cost.ts';
import type { Latency } from './measure-latency.ts';
import { round, type Percentiles } from './percentiles.ts';
import { targetRows, type Results, type TargetRow } from './targets.ts';

/** A table for the screen: columns as wide as their longest cell. */
export function renderTable(targets: readonly TargetRow[]): string {
  const rows = [
    ['', 'what', 'target', 'measured'],
    ...targets.map(({ what, target, measured, met }) => [met ? '✓' : '✗', what, target, measured]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** docs/performance.md. */
export function renderDocument(results: Results): string {
  const { machine, costs, latencies, accepting, import: imported, memory, growth } = results;
  return `# Performance

Made by \`npm run bench\`; do not edit. The figures are of one run, ${results.quick ? '**a short one, for a first impression**' : `on ${results.measuredAt.slice(0, 10)}`}:
one machine runs everything (gateway, PostgreSQL, Asterisk, the phones, the receiver of webhooks), so absolute times are noisy, and what
compares was measured in turns.

| | |
|---|---|
| machine | ${machine.cores} cores (${machine.cpu}), ${machine.memoryGb} GB, Linux ${machine.kernel} |
| load before the run | ${machine.loadBefore.toFixed(2)} (over 0.5: somebody else was at work, and everything is slower) |
| versions | Node ${machine.node}, Asterisk ${machine.asterisk}, PostgreSQL ${machine.postgres}, SIPp ${machine.sipp} |

## Against the targets

${table(
  ['', 'what', 'target', 'measured'],
  targetRows(results).map(({ what, target, measured, met }) => [met ? '✓' : '✗', what, target, measured]),
)}
${costs ? costSection(costs) : ''}${latencies ? latencySection(latencies) : ''}${
    accepting
      ? `
## Accepting

\`POST /v1/calls\` for calls that are not due before tomorrow, ${accepting.load.calls} requests at ${accepting.load.perSecond} per second, counted from the instant at which
each was due. The webhooks of \`call.queued\` are sent meanwhile.

${table(['', ...percentileHeads], [['accepted after', ...percentileCells(accepting.acceptedAfter)]])}
`
      : ''
  }${
    imported
      ? `
## Uploading

One CSV of ${imported.rows} rows into a campaign, after a first upload that warmed the process up: ${round(imported.tookMs / 1000)} s, with ${round(imported.gatewayCpuMs / 1000)} s of the gateway's CPU
and ${round(imported.postgresCpuMs / 1000)} s of PostgreSQL's. RSS of the gateway's process: ${imported.beforeMb} MB before, at most ${imported.mostMb} MB meanwhile.
`
      : ''
  }${
    memory
      ? `
## Memory

RSS of the gateway's process: ${memory.beforeMb} MB after its first call, at most ${memory.mostMb} MB with ${memory.liveCalls} calls live at once.
`
      : ''
  }${growth ? growthSection(growth) : ''}`;
}

function growthSection({ load, rounds, levels }: NonNullable<Results['growth']>): string {
  return `
## Growth

What a call costs the gateway and PostgreSQL in milliseconds of CPU, while so many others listen to a long message: ${load.calls} calls at ${load.perSecond} per second, the
median of ${rounds} rounds. The phones are simulated, in the gateway's own process, whose work is counted with it.

${table(
  ['others on the line', 'gateway', 'PostgreSQL', 'together', 'RSS of the gateway, MB'],
  levels.map(({ othersLive, program, postgres, total, residentMb }) =>
    [othersLive, program, postgres, total, residentMb].map(String),
  ),
)}
`;
}

function costSection({ rounds, warmUp, atLoads }: NonNullable<Results['costs']>): string {
  const row = (name: string, { load }: CostAtLoad, cost: Cost): string[] => [
    `${load.perSecond} per second, ${load.calls} calls`,
    name,
    ...[cost.asterisk, cost.program, cost.postgres, cost.total].map(String),
    cost.totals.join(', '),
  ];
  return `
## What a call costs

CPU in milliseconds, user and system, from \`/proc/PID/stat\` before and after so many calls; the median of ${rounds} rounds, taken in
turns after a warm-up of ${warmUp.calls} calls each. The call: answered at once, a question, one key after 3.5 s, when the question is over, a prompt, we hang up. The phones (SIPp), the
receiver of webhooks and the benchmark itself are left out. \`dialplan\` is \`bench/floor.conf\`: Asterisk dials, plays and takes the key with no program
at all. \`gateway\` is everything from the request to its API to seven signed webhooks, with a durable PostgreSQL. \`ari-client\` is the npm package
doing the same call with no database and no webhooks. \`bare\` (\`bench/bare-calls.ts\`) is the least that a program on Node does for such a call: the request, five
requests to Asterisk, seven events committed to a durable PostgreSQL and then sent, signed, by the gateway's own means; and no rules at all: nothing is validated, sealed,
limited, tried again or taken up. What the gateway costs beyond it is its rules. All four play the same files.

${table(
  ['load', '', 'Asterisk', 'program', 'PostgreSQL', 'total', 'totals of the rounds'],
  atLoads.flatMap((at) => [
    row('dialplan', at, at.byContender.floor),
    row('gateway', at, at.byContender.gateway),
    row('ari-client', at, at.byContender.ari_client),
    row('bare', at, at.byContender.bare),
  ]),
)}
`;
}

function latencySection(latencies: readonly Latency[]): string {
  const rows = latencies.flatMap((latency) =>
    (
      [
        ['key press → next prompt', latency.keyToPrompt],
        ['answered → first sound', latency.answerToSound],
        ['hang-up → webhook', latency.hangUpToWebhook],
        ['request → 202', latency.acceptedAfter],
      ] as const
    ).map(([what, percentiles]) => [
      `${latency.load.perSecond} per second, ${latency.load.calls} calls`,
      what,
      ...percentileCells(percentiles),
    ]),
  );
  const carried = latencies.map((latency) => [
    `${latency.load.perSecond} per second`,
    ...[
      latency.answeredPerSecond,
      latency.talkingAtMost,
      latency.lost,
      latency.late,
      latency.misreported,
    ].map(String),
  ]);
  return `
## How long people and programs wait

In milliseconds. Key and sound by the timestamps of Asterisk's own events, as a second ARI application sees them (which costs Asterisk a little): from the end
of the key press, or from the answer, to the instant at which it begins the next sound file; the first packet follows within 20 ms. The
webhook from the end of the channel to the whole body of \`call.ended\` at its receiver, which verified the signature.

${table(['load', 'what', ...percentileHeads], rows)}

${table(['load', 'answered per second', 'talking at once', 'lost', 'late by over 1 s', 'not reported in order'], carried)}
`;
}

const percentileHeads = ['count', 'p50', 'p95', 'p99', 'max'];

function percentileCells({ count, p50, p95, p99, max }: Percentiles): string[] {
  return [count, p50, p95, p99, max].map(String);
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}
