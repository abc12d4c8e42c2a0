import { speak } from '../../prompts/speak.ts';
import type { SpokenPart } from '../../prompts/spoken-part.ts';
import { targetOf, type Flow } from '../compile-flow.ts';
import { pointerTo } from '../../pointer-to.ts';
import { isQuestion, type StepDefinition } from '../flow-definition.ts';
import { voiceOf } from '../flow-values.ts';
import { behaviourOf } from '../step-behaviours.ts';
import { msOf, type AdvisedFlow, type AdviceRule, type FlowAdvice } from './flow-advice.ts';

/** How long it takes: what is said at a time, and the whole. */
export const lengthAdvice: readonly AdviceRule[] = [longPrompts, longCall];

const longestPromptMs = 20_000;
const longestCallMs = 10 * 60_000;
/** What somebody takes to press, at each question. */
const thinkingMs = 3_000;

function longPrompts(advised: AdvisedFlow): FlowAdvice[] {
  return advised.flow.definition.steps.flatMap((step, index) =>
    promptsOf(advised.flow, step).flatMap(({ pointer, wordsIn }) => {
      const long = advised.flow.definition.languages
        .map((language) => ({ language, durationMs: msOf(wordsIn(language), advised.lengthOf) }))
        .filter(({ durationMs }) => durationMs > longestPromptMs);
      if (long.length === 0) return [];
      const told = long.map(
        ({ language, durationMs }) => `${Math.round(durationMs / 1_000)} s in «${language}»`,
      );
      return [
        {
          code: 'long_prompt' as const,
          pointer: `${pointerTo('steps', index)}${pointer}`,
          detail: `takes about ${told.join(', ')}: after 20 s few people still listen`,
          suggestion: 'Say less, or make two steps of it.',
        },
      ];
    }),
  );
}

/** The step's own words as a whole (with the list of options), and whatever else it may say. */
function promptsOf(flow: Flow, step: StepDefinition) {
  const behaviour = behaviourOf(step);
  const voice = (language: string) => voiceOf(flow, { language, variables: {}, responses: {} });
  const others = behaviour.sayings(step).flatMap((saying) => {
    if (!('say' in saying) || saying.pointer === '/say') return [];
    const { say, pointer } = saying;
    return [{ pointer, wordsIn: (language: string): SpokenPart[] => speak(say, voice(language)) }];
  });
  const own = (language: string): SpokenPart[] => behaviour.ownWords(flow, step, voice(language));
  return [{ pointer: 'say' in step ? '/say' : '', wordsIn: own }, ...others];
}

function longCall(advised: AdvisedFlow): FlowAdvice[] {
  const longest = advised.flow.definition.languages
    .map((language) => ({ language, durationMs: longestRouteMs(advised, language) }))
    .toSorted((one, other) => other.durationMs - one.durationMs)[0];
  if (longest === undefined || longest.durationMs <= longestCallMs) return [];
  return [
    {
      code: 'long_call',
      pointer: '',
      detail: `takes up to about ${Math.round(longest.durationMs / 60_000)} minutes (in «${longest.language}»), without a question said twice: most people hang up before ten`,
      suggestion: 'Make two calls of it, or leave the less important questions out.',
    },
  ];
}

/** The longest way through the flow that never goes back. */
function longestRouteMs({ flow, lengthOf }: AdvisedFlow, language: string): number {
  const { steps } = flow.definition;
  const place = new Map(steps.map((step, index) => [step.id, index]));
  const voice = voiceOf(flow, { language, variables: {}, responses: {} });
  const fromHereMs = new Map<number, number>();
  for (const [index, step] of [...steps.entries()].reverse()) {
    const onward = behaviourOf(step)
      .exits(step)
      .map(({ target }) => place.get(targetOf(flow, step.id, target) ?? '') ?? -1)
      .filter((next) => next > index)
      .map((next) => fromHereMs.get(next) ?? 0);
    const own = msOf(behaviourOf(step).ownWords(flow, step, voice), lengthOf);
    fromHereMs.set(index, own + (isQuestion(step) ? thinkingMs : 0) + Math.max(0, ...onward));
  }
  return fromHereMs.get(0) ?? 0;
}
