import type { CostOfCall } from './called-gateway.ts';
import type { Contents } from './claims-database.ts';
import { describeMachine, type Machine } from './describe-machine.ts';
import { measureClaims, type Claims, type ClaimCost } from './measure-claims.ts';
import { keepResults, type OwnPart } from './own-part.ts';
import { round } from './percentiles.ts';
import { pastRow } from './targets.ts';

/** What `npm run bench -- --only claims` leaves. */
export interface ClaimsResults {
  measuredAt: string;
  machine: Machine;
  claims: Claims;
}

/** Of the target; 20 GB on the disk. */
const full: Contents = { queued: 1_000_000, ended: 10_000_000 };
const fullLoad = {
  ...{ rounds: 5, passes: 100 },
  calls: { calls: 400, perSecond: 20 },
  callsWarmUp: { calls: 800, perSecond: 40 },
};
const quickLoad = {
  ...{ rounds: 1, passes: 30 },
  calls: { calls: 40, perSecond: 20 },
  callsWarmUp: { calls: 40, perSecond: 20 },
};
const quickContents: Contents = { queued: 20_000, ended: 200_000 };

const heading = '## Claiming from a long queue';
export const claimsPart: OwnPart<ClaimsResults> = {
  name: 'claims',
  heading,
  sectionOf,
  rowOf: ({ claims }) => pastRow(claims),
};

/**
 * Measures, and where the database was as full as the target wants it writes the results and their section of the document.
 *
 * @param options.ended other than those of the target, for a first impression
 */
export async function runClaims(options: {
  quick: boolean;
  queued: number | null;
  ended: number | null;
  say: (line: string) => void;
}): Promise<ClaimsResults> {
  const { quick, say } = options;
  const usual = quick ? quickContents : full;
  const contents = { queued: options.queued ?? usual.queued, ended: options.ended ?? usual.ended };
  const results = {
    measuredAt: new Date().toISOString(),
    machine: await describeMachine(),
    claims: await measureClaims(contents, { ...(quick ? quickLoad : fullLoad), say }),
  };
  if (quick || contents.queued < full.queued || contents.ended < full.ended) return results;
  await keepResults(claimsPart, results, say);
  return results;
}

function sectionOf({ measuredAt, machine, claims }: ClaimsResults): string {
  const { contents, little, much, rounds, claimsPerRound, past } = claims;
  const ratio = round(much.postgresCpuMs / little.postgresCpuMs);
  const { measured, target, met } = pastRow(claims);
  const row = (what: string, cost: ClaimCost): string =>
    `| ${what} | ${cost.perSecond} | ${cost.perSecondOfRounds.join(', ')} | ${cost.postgresCpuMs} | ${cost.postgresCpuOfRounds.join(', ')} |`;
  return `${heading}

What it costs to take calls from the queue (\`npm run bench -- --only claims\`, on ${measuredAt.slice(0, 10)}; load before the run ${machine.loadBefore.toFixed(2)}), in a database with ${contents.queued}
calls that wait and ${contents.ended} that have ended, and in an almost empty one, on one durable PostgreSQL. A pass looks what is due and claims ten, by the
statements and the rules of the dialler; the calls are ended before the next. Medians of ${rounds} rounds of ${claimsPerRound} claims, taken in turns. CPU is that of PostgreSQL's processes that run
the statements, for a call that is claimed and ended: with much in the database ${ratio} times that with little.

| in the database | claims per second | of the rounds | CPU, ms | of the rounds |
| --- | --- | --- | --- | --- |
${row('little', little)}
${row('much', much)}

What a whole call costs afterwards, with so much in the database: from its request to its last webhook, by a gateway on each of the two databases, in turns, ${past.load.calls} calls
at ${past.load.perSecond} per second; the medians of ${past.rounds} rounds, in milliseconds of CPU. The phones are simulated, in the gateway's own process; what waits is in
campaigns that are paused. ${measured} (target: ${target}: ${met ? 'met' : 'not met'}).

| in the database | gateway | PostgreSQL | together | of the rounds |
| --- | --- | --- | --- | --- |
${callRow('little', past.little, past.totals.little)}
${callRow('much', past.much, past.totals.much)}
`;
}

function callRow(what: string, { program, postgres, total }: CostOfCall, totals: readonly number[]): string {
  return `| ${what} | ${program} | ${postgres} | ${total} | ${totals.join(', ')} |`;
}
