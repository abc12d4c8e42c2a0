import { builtInPromptIds } from '../../prompts/built-in-words.ts';
import { itemsOf } from '../../prompts/say.ts';
import { pointerTo } from '../../pointer-to.ts';
import { behaviourOf } from '../step-behaviours.ts';
import type { AdvisedFlow, AdviceRule, FlowAdvice } from './flow-advice.ts';

/** Prompts of the library that somebody has still to record or to write down. */
export const promptAdvice: readonly AdviceRule[] = [missingPrompts];

/** Told once of each, where it is said first. */
function missingPrompts({ flow, hasPrompt }: AdvisedFlow): FlowAdvice[] {
  const { steps, languages } = flow.definition;
  const told = new Set<string>();
  return steps.flatMap((step, index) =>
    behaviourOf(step)
      .sayings(step)
      .flatMap((saying) => {
        if (!('say' in saying)) return [];
        return itemsOf(saying.say).flatMap((item, place) => {
          if (typeof item !== 'string' || builtInPromptIds.has(item) || told.has(item)) return [];
          told.add(item);
          const missing = languages.filter((language) => !hasPrompt(item, language));
          if (missing.length === 0) return [];
          const at = `${pointerTo('steps', index)}${saying.pointer}`;
          return [adviceOf(item, missing, Array.isArray(saying.say) ? `${at}/${place}` : at)];
        });
      }),
  );
}

function adviceOf(id: string, missing: readonly string[], pointer: string): FlowAdvice {
  const languages = missing.map((language) => `«${language}»`).join(', ');
  return {
    code: 'prompt_missing',
    pointer,
    detail: `speaks «${id}», which is not in the library in ${languages}: calls in it are refused until it is`,
    suggestion: `Upload a recording or words with PUT /v1/prompts/${id}/${missing[0] ?? ''}, or have it recorded by phone.`,
  };
}
