import { describeMachine } from './describe-machine.ts';
import { measureRendering, type Rendering } from './measure-rendering.ts';
import { keepResults, type OwnPart } from './own-part.ts';
import type { Machine } from './describe-machine.ts';

/** What `npm run bench -- --only rendering` leaves. */
export interface RenderingResults {
  measuredAt: string;
  machine: Machine;
  rendering: Rendering;
}

const fullPrompts = 10_000;
const quickPrompts = 300;

const heading = '## Speaking to many by their names';
export const renderingPart: OwnPart<RenderingResults> = {
  name: 'rendering',
  heading,
  sectionOf,
  rowOf: null,
};

/** Measures, and where the run was a whole one writes the results and their section of the document. */
export async function runRendering(options: {
  quick: boolean;
  say: (line: string) => void;
}): Promise<RenderingResults> {
  const { quick, say } = options;
  const results = {
    measuredAt: new Date().toISOString(),
    machine: await describeMachine(),
    rendering: await measureRendering({
      ...{ prompts: quick ? quickPrompts : fullPrompts, idleMs: quick ? 2_000 : 10_000, say },
    }),
  };
  if (quick) return results;
  await keepResults(renderingPart, results, say);
  return results;
}

function sectionOf({ measuredAt, machine, rendering }: RenderingResults): string {
  const { prompts, cores, seconds, perSecond, busyPercent, killedAt, made, broken, beat } = rendering;
  return `${heading}

${prompts} sentences, each with a name and an amount of its own, by eSpeak NG, as the gateway makes them (\`npm run bench -- --only rendering\`, on
${measuredAt.slice(0, 10)}; load before the run ${machine.loadBefore.toFixed(2)}): ${seconds} s, ${perSecond} a second, on ${cores} cores that were ${busyPercent} % busy. The process was killed with \`kill -9\` when
${killedAt} were there, and begun again: ${made} were made in all, ${broken} were broken. Somebody who wants to run every 20 ms, as a live call does, was let
late by so many milliseconds:

| | p50 | p95 | p99 | max |
| --- | --- | --- | --- | --- |
| before | ${beat.before.p50} | ${beat.before.p95} | ${beat.before.p99} | ${beat.before.max} |
| meanwhile | ${beat.meanwhile.p50} | ${beat.meanwhile.p95} | ${beat.meanwhile.p99} | ${beat.meanwhile.max} |
`;
}
