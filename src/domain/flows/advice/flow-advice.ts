import type { PartLength } from '../../prompts/part-length.ts';
import type { SpokenPart } from '../../prompts/spoken-part.ts';
import type { Flow } from '../compile-flow.ts';

/** Words that programs may branch on: one may be added, none renamed. */
export const adviceCodes = [
  'many_options',
  'long_prompt',
  'key_before_choice',
  'no_repeat_key',
  'no_opt_out_key',
  'no_practice_key',
  'recording_not_said',
  'caller_not_said',
  'long_opening',
  'long_call',
  'short_first_key_timeout',
  'single_attempt',
  'prompt_missing',
  'name_unknown',
] as const;
export type AdviceCode = (typeof adviceCodes)[number];

/** What would make a flow easier for people who are not used to such calls: never a reason to refuse it. */
export interface FlowAdvice {
  code: AdviceCode;
  /** JSON pointer into the flow. */
  pointer: string;
  /** A sentence's end, as in a fault: «has 7 options …». */
  detail: string;
  suggestion: string;
}

/** What the rules of advice look at. */
export interface AdvisedFlow {
  flow: Flow;
  lengthOf: (part: SpokenPart) => PartLength;
  /** Whether a prompt of the library is there in a language. */
  hasPrompt: (id: string, language: string) => boolean;
}

export type AdviceRule = (advised: AdvisedFlow) => FlowAdvice[];

export function msOf(parts: readonly SpokenPart[], lengthOf: AdvisedFlow['lengthOf']): number {
  return parts.reduce((sum, part) => sum + lengthOf(part).durationMs, 0);
}
